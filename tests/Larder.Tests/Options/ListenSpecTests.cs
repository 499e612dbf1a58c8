using Larder.Options;
using Xunit;

namespace Larder.Tests.Options;

public sealed class ListenSpecTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("127.0.0.1", "127.0.0.1/-")]
    [InlineData("127.0.0.1:11212", "127.0.0.1/11212")]
    [InlineData("127.0.0.1:0", "127.0.0.1/0")]
    [InlineData("localhost:65535", "localhost/65535")]
    [InlineData("::1", "::1/-")]
    [InlineData("[::1]", "::1/-")]
    [InlineData("[::1]:11212", "::1/11212")]
    [InlineData("*", "any/-")]
    [InlineData("*:11212", "any/11212")]
    [InlineData("a,b;c:1", "a/- b/- c/1")]
    [InlineData("a,,b;", "a/- b/-")]
    [InlineData("notls:127.0.0.1:1", "127.0.0.1/1/Off")]
    [InlineData("notls:proto[ascii]:tag_front_:127.0.0.1", "127.0.0.1/-/Off/Ascii")]
    [InlineData("proto[negotiating]:tag[back]:[::1]:5", "::1/5/Auto")]
    [InlineData("proto[binary]:127.0.0.1,a", "127.0.0.1/-/Binary a/-")]
    [InlineData("tag[123456789]:x", "!Invalid port number: \"x\"")]
    [InlineData("[::1", "!Invalid IPV6 address: \"[::1\"")]
    [InlineData("[::1]5", "!Invalid IPV6 address: \"[::1]5\"")]
    [InlineData("127.0.0.1:x", "!Invalid port number: \"x\"")]
    [InlineData("127.0.0.1:", "!Invalid port number: \"\"")]
    [InlineData("127.0.0.1:65536", "!Invalid port number: \"65536\"")]
    [InlineData("127.0.0.1:-1", "!Invalid port number: \"-1\"")]
    [InlineData("btls:127.0.0.1", "127.0.0.1/-/Basic")]
    [InlineData("mtls:127.0.0.1:5", "127.0.0.1/5/Mutual")]
    [InlineData("mtls:tag_front_:[::1]:5,a", "::1/5/Mutual a/-")]
    [InlineData("proto[proxy]:127.0.0.1", "!listeners of a proxy are not supported yet: proto[proxy]:")]
    public void Listen_list_is_split_into_hosts_and_ports(string text, string expected)
    {
        List<ListenSpec> specs = [];
        string? mistake = ListenSpec.Parse(text, specs);
        string found = string.Join(
            ' ',
            specs.Select(static spec =>
                $"{spec.Host ?? "any"}/{spec.Port?.ToString() ?? "-"}{TlsOf(spec)}{ProtocolOf(spec)}"));

        Assert.Equal(expected, mistake is null ? found : $"!{mistake}");
    }

    private static string ProtocolOf(ListenSpec spec) => spec.Protocol is { } protocol ? $"/{protocol}" : "";

    private static string TlsOf(ListenSpec spec) => spec.Tls == ListenTls.Unsaid ? "" : $"/{spec.Tls}";
}
