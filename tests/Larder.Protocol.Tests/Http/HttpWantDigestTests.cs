using Larder.Protocol.Http;
using Xunit;

namespace Larder.Protocol.Tests.Http;

/// <summary>Want-Digest (RFC 3230, section 4.3.1).</summary>
public class HttpWantDigestTests
{
    [Theory]
    [InlineData("md5", true)]
    [InlineData("MD5", true)]
    [InlineData("sha-256, md5", true)]
    [InlineData("sha-256;q=0.3,md5 ; q=1", true)]
    [InlineData("md5;q=0.001", true)]
    [InlineData("md5;q=0.000", false)]
    [InlineData("md5;Q=0", false)]
    [InlineData("md5; q=0.", false)]
    [InlineData("md5;q=", true)]
    [InlineData("md5;other=0", true)]
    [InlineData("md55", false)]
    [InlineData("md", false)]
    [InlineData(",, ,", false)]
    [InlineData("", false)]
    public void Algorithm_is_wanted_unless_its_weight_is_zero(string want, bool lists) =>
        Assert.Equal(lists, HttpWantDigest.Lists(Bytes.Of(want), "md5"u8));
}
