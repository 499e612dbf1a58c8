using System.Globalization;

namespace Larder.Objects.Tests.Support;

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(string Head)
{
    public byte[] Body { get; init; } = [];

    public int Status => int.Parse(Head.Split(' ')[1], CultureInfo.InvariantCulture);

    public bool KeepsAlive => string.Equals(Header("Connection"), "keep-alive", StringComparison.Ordinal);

    public string? Header(string name)
        => Head.Split("\r\n").Skip(1).FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?
            [(name.Length + 2)..];
}
