using Larder.Protocol.Scan;

namespace Larder.Protocol.Binary;

/// <summary>What a request with one opcode must look like. Immutable.</summary>
public readonly struct BinaryRule
{
    /// <summary>The opcode has a meaning; otherwise all else is default.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>The opcode without its quietness.</summary>
    public BinaryOpcode Command { get; private init; }

    /// <summary>Silent on success or, for gets, on a miss.</summary>
    public bool IsQuiet { get; private init; }

    /// <summary>Bytes of extras.</summary>
    public byte ExtrasLength { get; private init; }

    /// <summary>The extras may also be left out.</summary>
    public bool MayOmitExtras { get; private init; }

    /// <summary>The key.</summary>
    public BinaryKeyRule Key { get; private init; }

    /// <summary>There may be a value, of 0 bytes or more.</summary>
    public bool MayHaveValue { get; private init; }

    /// <summary>Whether the lengths of a frame, which add up, suit the opcode. It must be known.</summary>
    /// <param name="extrasLength">Bytes of extras.</param>
    /// <param name="keyLength">Bytes of the key.</param>
    /// <param name="valueLength">Bytes of the value.</param>
    public bool Allows(int extrasLength, int keyLength, int valueLength)
        => (extrasLength == ExtrasLength || (MayOmitExtras && extrasLength == 0))
        && (valueLength == 0 || MayHaveValue)
        && Key switch
        {
            BinaryKeyRule.Forbidden => keyLength == 0,
            BinaryKeyRule.Required => KeyRules.IsValidLength(keyLength),
            _ => keyLength <= KeyRules.LengthMax,
        };

    internal static BinaryRule Bare(BinaryOpcode command, byte extrasLength = 0, bool mayOmitExtras = false) => new()
    {
        IsKnown = true, Command = command, ExtrasLength = extrasLength, MayOmitExtras = mayOmitExtras,
    };

    internal static BinaryRule Keyed(BinaryOpcode command, byte extrasLength = 0, bool mayHaveValue = false) => new()
    {
        IsKnown = true,
        Command = command,
        ExtrasLength = extrasLength,
        Key = BinaryKeyRule.Required,
        MayHaveValue = mayHaveValue,
    };

    internal BinaryRule WithOptionalKey() => this with { Key = BinaryKeyRule.Optional };

    internal BinaryRule Quiet() => this with { IsQuiet = true };
}
