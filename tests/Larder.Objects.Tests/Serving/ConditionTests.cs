using System.Text;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>What a request demands of the object before it is changed; what answers say of its bytes.</summary>
public sealed class ConditionTests
{
    private const string ObjectPath = "/dev1/a";
    private const string Md5OfHello = "XUFAKrxLKna5cZ2REBfFkg==";

    [Theory]
    [InlineData("If-None-Match: *", 412)]
    [InlineData("If-None-Match: \"other\"", 201)]
    [InlineData("If-None-Match: ETAG", 412)]
    [InlineData("If-Match: ETAG", 201)]
    [InlineData("If-Match: *", 201)]
    [InlineData("If-Match: \"other\"", 412)]
    [InlineData("If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT", 412)]
    [InlineData("If-Unmodified-Since: no date", 201)]
    public void Put_over_an_object_keeps_to_its_conditions(string header, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "old"u8).Status);
        string etag = client.Get(ObjectPath).Header("ETag")!;
        RawAnswer answer = client.Put(
            ObjectPath, "new"u8, header.Replace("ETAG", etag, StringComparison.Ordinal) + "\r\n");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 201, answer.KeepsAlive); // refused before its body
        using RawClient other = store.Connect();
        Assert.Equal(status == 201 ? "new" : "old", Encoding.ASCII.GetString(other.Get(ObjectPath).Body));
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Theory]
    [InlineData("If-None-Match: *", 201)]
    [InlineData("If-Match: *", 412)]
    [InlineData("If-Match: \"other\"", 412)]
    [InlineData("If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT", 201)]
    public void Put_of_a_new_object_keeps_to_its_conditions(string header, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(status, client.Put(ObjectPath, "new"u8, header + "\r\n").Status);
        Assert.Equal(status == 201 ? 1 : 0, store.Files().Length);
    }

    [Theory]
    [InlineData("If-None-Match: *", null)]
    [InlineData("If-Match: ETAG", "first")]
    public void Object_that_changes_while_a_body_comes_fails_its_conditions(string header, string? before)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        string etag = "";
        if (before != null)
        {
            Assert.Equal(201, client.Put(ObjectPath, Encoding.ASCII.GetBytes(before)).Status);
            etag = client.Get(ObjectPath).Header("ETag")!;
        }
        header = header.Replace("ETAG", etag, StringComparison.Ordinal);
        client.Send($"PUT {ObjectPath} HTTP/1.1\r\n{header}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, client.Read().Status);
        using (RawClient faster = store.Connect())
        {
            Assert.Equal(201, faster.Put(ObjectPath, "faster one"u8).Status);
        }
        client.Send("slow");
        RawAnswer refused = client.Read();
        Assert.Equal((412, true), (refused.Status, refused.KeepsAlive));
        Assert.Equal("faster one"u8, client.Get(ObjectPath).Body);
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Fact]
    public void Of_many_who_make_an_object_only_if_it_is_new_one_does()
    {
        using var store = new TestStore();
        int made = 0;
        Thread[] clients = [.. Enumerable.Range(0, 8).Select(n => new Thread(() =>
        {
            using RawClient client = store.Connect();
            client.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-None-Match: *\r\nContent-Length: 1\r\n\r\n");
            client.Send($"{n}");
            if (client.Read().Status == 201)
            {
                Interlocked.Increment(ref made);
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        Array.ForEach(clients, client => client.Join());
        Assert.Equal(1, made);
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Theory]
    [InlineData("If-Match: \"other\"", 412)]
    [InlineData("If-None-Match: *", 412)]
    [InlineData("If-Match: ETAG", 204)]
    [InlineData("If-Match: *", 204)]
    public void Delete_keeps_to_its_conditions(string header, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "x"u8).Status);
        string etag = client.Get(ObjectPath).Header("ETag")!;
        header = header.Replace("ETAG", etag, StringComparison.Ordinal);
        RawAnswer answer = client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n{header}\r\n\r\n");
        Assert.Equal((status, true), (answer.Status, answer.KeepsAlive));
        Assert.Equal(status == 204 ? 0 : 1, store.Files().Length);
        // What fails anyway fails in its own way (RFC 9110, section 13.2.1).
        Assert.Equal(404, client.Ask("DELETE /dev1/none HTTP/1.1\r\nIf-Match: \"other\"\r\n\r\n").Status);
    }

    [Theory]
    [InlineData(null, $"md5={Md5OfHello},crc32c=mnG7TA==")]
    [InlineData("md5", $"md5={Md5OfHello}")]
    [InlineData("MD5;q=0.5, sha-256", $"md5={Md5OfHello}")]
    [InlineData("sha-256;q=1, crc32c ; q=0.3", "crc32c=mnG7TA==")]
    [InlineData("crc32c, md5", $"md5={Md5OfHello},crc32c=mnG7TA==")]
    [InlineData("md5;q=0, crc32c;q=0.000", null)]
    [InlineData("sha-256", null)]
    public void Digest_is_of_the_wanted_kinds(string? want, string? expected)
    {
        using var store = new TestStore(alwaysMd5: true);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "hello"u8).Status);
        string headers = want == null ? "" : $"Want-Digest: {want}\r\n";
        RawAnswer whole = client.Get(ObjectPath, headers);
        Assert.Equal(expected, whole.Header("Digest"));
        Assert.Equal(Md5OfHello, whole.Header("Content-MD5"));
        Assert.Equal("\"5d41402abc4b2a76b9719d911017c592\"", whole.Header("ETag"));
        RawAnswer piece = client.Get(ObjectPath, headers + "Range: bytes=1-2\r\n");
        Assert.Equal(expected, piece.Header("Digest"));
        Assert.Null(piece.Header("Content-MD5")); // it would be the piece's
    }

    [Fact]
    public void Digest_without_md5_is_wanted_as_far_as_it_is_there()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "hello"u8).Status);
        Assert.Equal("crc32c=mnG7TA==", client.Get(ObjectPath, "Want-Digest: crc32c\r\n").Header("Digest"));
        Assert.Null(client.Get(ObjectPath, "Want-Digest: md5\r\n").Header("Digest"));
        Assert.Null(client.Get(ObjectPath).Header("Content-MD5"));
    }
}
