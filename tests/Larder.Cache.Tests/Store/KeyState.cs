using System.Globalization;
using System.Text;

namespace Larder.Cache.Tests.Store;

/// <summary>What one key can be: absent, or a value with a token. Compared by both.</summary>
internal sealed class KeyState : IEquatable<KeyState>
{
    /// <summary>No item.</summary>
    public static readonly KeyState Absent = new([], 0);

    private readonly int _hash;

    public KeyState(byte[] value, ulong cas)
    {
        Value = value;
        Cas = cas;
        _hash = HashCode.Combine(cas, value.Length);
    }

    public byte[] Value { get; }

    /// <summary>The token; 0 only for <see cref="Absent"/>.</summary>
    public ulong Cas { get; }

    public bool IsAbsent => Cas == 0;

    /// <summary>The value as a number that incr takes, or null.</summary>
    public ulong? Number
    {
        get
        {
            string digits = Encoding.Latin1.GetString(Value).TrimEnd(' ');
            // The parser would pass over NULs at the end.
            bool isNumber = !digits.EndsWith('\0')
                & ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number);
            return isNumber ? number : null;
        }
    }

    public bool Equals(KeyState? other) =>
        other is not null && Cas == other.Cas && Value.AsSpan().SequenceEqual(other.Value);

    public override bool Equals(object? obj) => Equals(obj as KeyState);

    public override int GetHashCode() => _hash;

    public override string ToString() => IsAbsent ? "absent" : $"{Cas:x}:{Value.Length} bytes";
}
