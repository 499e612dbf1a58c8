using System.Text;
using Larder.Client.Pipelining;
using Larder.Protocol.Text;

namespace Larder.Client.Tests.Pipelining;

/// <summary>
/// Aim: requests are the bytes that the protocol has for them, and replies are taken for whole only when they are.
/// Method: lines written out; replies cut at every byte, and followed by others.
/// </summary>
public sealed class DialectTests
{
    [Fact]
    public void Meta_request_has_the_flags_of_its_traits()
    {
        WireRequest get = new()
        {
            Kind = RequestKind.Get,
            Traits = RequestTraits.WithCas | RequestTraits.WithTtl | RequestTraits.NoBump | RequestTraits.Vivify
                | RequestTraits.Recache | RequestTraits.Touch,
            Exptime = 60,
            VivifyExptime = 30,
            RecacheTtl = 10,
        };
        Assert.Equal("mg key v f c t u N30 R10 T60 O7\r\n", Write(MetaDialect.Instance, get));
        WireRequest store = new()
        {
            Kind = RequestKind.Store,
            Mode = StoreMode.Append,
            Traits = RequestTraits.WithCas | RequestTraits.CompareCas | RequestTraits.NewCas | RequestTraits.Stale
                | RequestTraits.Vivify,
            ClientFlags = 5,
            Exptime = -1,
            VivifyExptime = 30,
            CompareCas = 9,
            NewCas = 10,
            Value = "abc"u8.ToArray(),
        };
        Assert.Equal("ms key 3 F5 T-1 MA c C9 E10 I N30 O7\r\nabc\r\n", Write(MetaDialect.Instance, store));
        WireRequest count = new()
        {
            Kind = RequestKind.Count,
            Traits = RequestTraits.Initial | RequestTraits.Down,
            Delta = 2,
            Initial = 100,
            Exptime = 60,
        };
        Assert.Equal("ma key v D2 MD J100 N60 O7\r\n", Write(MetaDialect.Instance, count));
        Assert.Equal("mn\r\n", Write(MetaDialect.Instance, new WireRequest { Kind = RequestKind.Ping }));
    }

    [Fact]
    public void Classic_request_is_one_of_the_commands()
    {
        WireRequest gets = new() { Kind = RequestKind.Get, Traits = RequestTraits.WithCas | RequestTraits.Touch };
        Assert.Equal("gats 0 key\r\n", Write(TextDialect.Instance, gets));
        WireRequest cas = new()
        {
            Kind = RequestKind.Store,
            Traits = RequestTraits.CompareCas,
            CompareCas = 9,
            Value = "abc"u8.ToArray(),
        };
        Assert.Equal("cas key 0 0 3 9\r\nabc\r\n", Write(TextDialect.Instance, cas));
        WireRequest decrement = new() { Kind = RequestKind.Count, Traits = RequestTraits.Down, Delta = 3 };
        Assert.Equal("decr key 3\r\n", Write(TextDialect.Instance, decrement));
        string login = Encoding.ASCII.GetString(TextDialect.Instance.WriteLogin("a", "b "));
        Assert.Equal("set login 0 0 4\r\na b \r\n", login);
    }

    [Theory]
    [InlineData(nameof(RequestKind.Get), "VA 3 f5 c9 t-1 W O7\r\nabc\r\n", "Hit 3 f5 c9 t-1 W O7")]
    [InlineData(nameof(RequestKind.Get), "VA 0 f0 X Z O7\r\n\r\n", "Hit 0 f0 c0 t0 X Z O7")]
    [InlineData(nameof(RequestKind.Get), "EN\r\n", "Miss 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Store), "HD c9 O7\r\n", "Done 0 f0 c9 t0 O7")]
    [InlineData(nameof(RequestKind.Store), "NS O7\r\n", "NotStored 0 f0 c0 t0 O7")]
    [InlineData(nameof(RequestKind.Store), "EX O7\r\n", "Exists 0 f0 c0 t0 O7")]
    [InlineData(nameof(RequestKind.Delete), "NF O7\r\n", "Miss 0 f0 c0 t0 O7")]
    [InlineData(nameof(RequestKind.Store), "SERVER_ERROR object too large for cache\r\n", "TooLarge 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Store), "SERVER_ERROR out of memory storing object\r\n", "ServerError 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Ping), "MN\r\n", "Done 0 f0 c0 t0")]
    public void Meta_reply_is_read_whole_and_not_before(string kind, string reply, string expected) =>
        AssertReply(MetaDialect.Instance, kind, reply, expected);

    [Theory]
    [InlineData(nameof(RequestKind.Get), "VALUE key 5 3 9\r\nabc\r\nEND\r\n", "Hit 3 f5 c9 t0")]
    [InlineData(nameof(RequestKind.Get), "END\r\n", "Miss 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Store), "STORED\r\n", "Done 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Store), "NOT_FOUND\r\n", "Miss 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Delete), "DELETED\r\n", "Done 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Touch), "TOUCHED\r\n", "Done 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Flush), "OK\r\n", "Done 0 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Version), "VERSION 1.6\r\n", "Done 3 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Stats), "STAT a 1\r\nSTAT b 2\r\nEND\r\n", "Done 20 f0 c0 t0")]
    [InlineData(nameof(RequestKind.Stats), "RESET\r\n", "Done 0 f0 c0 t0")]
    [InlineData(
        nameof(RequestKind.Count),
        "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n",
        "NotNumeric 0 f0 c0 t0")]
    public void Classic_reply_is_read_whole_and_not_before(string kind, string reply, string expected) =>
        AssertReply(TextDialect.Instance, kind, reply, expected);

    [Theory]
    [InlineData(nameof(RequestKind.Get), "VALUE other 0 3\r\nabc\r\nEND\r\n")]
    [InlineData(nameof(RequestKind.Get), "VALUE key 0 3\r\nabc\r\nVALUE key 0 3\r\nabc\r\n")]
    [InlineData(nameof(RequestKind.Get), "STORED\r\n")]
    [InlineData(nameof(RequestKind.Store), "DELETED\r\n")]
    [InlineData(nameof(RequestKind.Flush), "NOT_FOUND\r\n")]
    [InlineData(nameof(RequestKind.Stats), "STAT a 1\r\nVERSION 1\r\n")]
    [InlineData(nameof(RequestKind.Version), "OK\r\n")]
    public void Classic_reply_to_something_else_is_malformed(string kind, string reply)
    {
        WireReply read = default;
        WireRequest request = new() { Kind = Enum.Parse<RequestKind>(kind) };
        TextDialect.Instance.Read(Encoding.ASCII.GetBytes(reply), in request, "key"u8, ref read);
        Assert.Equal(ReplyStatus.Malformed, read.Progress);
    }

    [Fact]
    public void Count_without_a_number_is_malformed()
    {
        WireReply read = default;
        MetaDialect.Instance.Read("VA 1\r\nx\r\n"u8, new WireRequest { Kind = RequestKind.Count }, "key"u8, ref read);
        Assert.Equal(ReplyStatus.Malformed, read.Progress);
    }

    private static void AssertReply(Dialect dialect, string kind, string reply, string expected)
    {
        byte[] whole = Encoding.ASCII.GetBytes(reply);
        WireRequest request = new() { Kind = Enum.Parse<RequestKind>(kind) };
        for (int cut = 0; cut < whole.Length; cut++)
        {
            WireReply part = default;
            dialect.Read(whole.AsSpan(0, cut), in request, "key"u8, ref part);
            Assert.Equal(ReplyStatus.Incomplete, part.Progress);
        }
        Assert.Equal(expected, Read(dialect, whole, in request));
        Assert.Equal(expected, Read(dialect, [.. whole, .. "HD\r\nEND\r\n"u8], in request, whole.Length));
    }

    private static string Read(Dialect dialect, byte[] input, in WireRequest request, int length = -1)
    {
        WireReply reply = default;
        dialect.Read(input, in request, "key"u8, ref reply);
        Assert.Equal(ReplyStatus.Complete, reply.Progress);
        Assert.Equal(length < 0 ? input.Length : length, reply.Length);
        string marks = (reply.IsStale ? " X" : "") + (reply.IsWinner ? " W" : "") + (reply.HasOtherWinner ? " Z" : "");
        string opaque = reply.Opaque is { } number ? $" O{number}" : "";
        string numbers = $"{reply.Value.Length} f{reply.ClientFlags} c{reply.Cas} t{reply.TtlSeconds}";
        return $"{reply.Status} {numbers}{marks}{opaque}";
    }

    private static string Write(Dialect dialect, in WireRequest request)
    {
        byte[] destination = new byte[dialect.LengthMax(in request)];
        int length = dialect.Write(in request, "key"u8, 7, destination);
        return Encoding.ASCII.GetString(destination, 0, length);
    }
}
