using System.Text;

namespace Larder.Protocol.Tests;

/// <summary>Latin-1 both ways: every byte has one character.</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
