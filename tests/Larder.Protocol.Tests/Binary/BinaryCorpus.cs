using Larder.Protocol.Binary;

namespace Larder.Protocol.Tests.Binary;

/// <summary>Binary frames of every kind as Latin-1 text, for tests that read many inputs.</summary>
internal static class BinaryCorpus
{
    /// <summary>A request of each opcode, with and without what it may leave out, and some that are wrong.</summary>
    public static string[] Requests { get; } = [.. MakeRequests()];

    /// <summary>Responses of every shape.</summary>
    public static string[] Responses { get; } = [.. MakeResponses()];

    private static IEnumerable<string> MakeRequests()
    {
        for (int opcode = 0; opcode <= 0x26; opcode++)
        {
            foreach (int extras in new[] { 0, 4, 8, 20 })
            {
                yield return Frame((byte)opcode, extras, "", "");
                yield return Frame((byte)opcode, extras, "key", "");
                yield return Frame((byte)opcode, extras, "key", "value");
            }
        }
        yield return Frame(0x00, 0, new string('k', 250), "");
        yield return Frame(0x00, 0, new string('k', 251), "");
        yield return Frame(0xff, 0, "key", "value");
        yield return "get key\r\n";
    }

    private static IEnumerable<string> MakeResponses()
    {
        foreach (BinaryStatus status in Enum.GetValues<BinaryStatus>())
        {
            byte[] error = new byte[BinaryResponseWriter.ErrorLengthMax];
            yield return Bytes.Text(error.AsSpan(0, BinaryResponseWriter.WriteError(error, 1, 2, status)));
        }
        byte[] head = new byte[BinaryResponseWriter.ValueHeadLengthMax];
        yield return Bytes.Text(head.AsSpan(0, BinaryResponseWriter.WriteValueHead(head, 0, 7, 9, 5, "key"u8, 5)))
            + "value";
        yield return Bytes.Text(head.AsSpan(0, BinaryResponseWriter.WriteNumber(head, 5, 7, 9, ulong.MaxValue)));
    }

    /// <summary>A frame whose lengths add up, made by hand.</summary>
    public static string Frame(byte opcode, int extras, string key, string value)
    {
        byte[] header = new byte[BinaryFrame.HeaderLength];
        int body = extras + key.Length + value.Length;
        header[0] = 0x80;
        header[1] = opcode;
        header[2] = (byte)(key.Length >> 8);
        header[3] = (byte)key.Length;
        header[4] = (byte)extras;
        header[10] = (byte)(body >> 8);
        header[11] = (byte)body;
        "op\0q"u8.CopyTo(header.AsSpan(12));
        header[23] = (byte)(opcode & 1);
        return Bytes.Text(header) + string.Concat(Enumerable.Range(1, extras).Select(i => (char)(i * 9))) + key + value;
    }
}
