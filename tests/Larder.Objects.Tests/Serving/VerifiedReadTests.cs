using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>Objects that are compared with their digests before they are sent.</summary>
public sealed class VerifiedReadTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(20_000, 100)]
    [InlineData(100_000, 100)]
    [InlineData(5_000_000, 100)]
    [InlineData(5_000_000, 0)]
    public void Damaged_object_is_answered_500_and_a_good_one_is_sent(int length, int hotFiles)
    {
        using var store = new TestStore(verifyReads: true, hotFiles: hotFiles);
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/good", content).Status);
        Assert.Equal(201, client.Put("/dev1/bad", content).Status);
        Damage.OneByte(store.PathOf("dev1/bad"), length - 1);
        for (int i = 0; i < 3; i++)
        {
            RawAnswer bad = client.Get("/dev1/bad");
            Assert.Equal((500, true), (bad.Status, bad.KeepsAlive));
            Assert.Equal(content, client.Get("/dev1/good").Body);
        }
        Assert.Equal(206, client.Get("/dev1/bad", "Range: bytes=0-0\r\n").Status); // pieces are not compared
    }

    [Fact]
    public void Object_without_a_digest_is_sent_as_it_is()
    {
        using var store = new TestStore(verifyReads: true);
        File.WriteAllText(store.PathOf("dev1/a"), "x");
        using RawClient client = store.Connect();
        Assert.Equal("x"u8, client.Get("/dev1/a").Body);
    }
}
