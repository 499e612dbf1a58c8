using System.Text;
using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>Objects over HTTP: stored, read whole and in pieces, removed; what is refused, and how.</summary>
public sealed class ObjectConnectionTests
{
    private const string ObjectPath = "/dev1/0/000/000/0000000001.fid";

    private static byte[] Content(int length, int seed = 1)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(31 * 1024)]
    [InlineData((31 * 1024) + 1)]
    [InlineData(3_000_000)]
    public void Object_comes_back_as_it_was_stored(int length)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        for (int i = 0; i < 3; i++)
        {
            byte[] content = Content(length, i);
            Assert.Equal(201, client.Put(ObjectPath, content).Status);
            Assert.Equal(content, client.Get(ObjectPath).Body);
            Assert.Equal(content, client.Get(ObjectPath).Body);
        }
        Assert.Equal(["dev1/0/000/000/0000000001.fid"], store.Files());
    }

    [Fact]
    public void Answers_have_the_spelling_that_trackers_know()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        RawAnswer created = client.Put(ObjectPath, "123456789"u8);
        string date = created.Header("Date")!;
        Assert.Equal($"HTTP/1.1 201 Created\r\nStatus: 201 Created\r\nDate: {date}\r\nContent-Length: 0\r\n"
            + "Content-Type: text/plain\r\nConnection: keep-alive\r\n\r\n", created.Head);
        RawAnswer whole = client.Get(ObjectPath);
        Assert.StartsWith("HTTP/1.1 200 OK\r\nStatus: 200 OK\r\nDate: ", whole.Head, StringComparison.Ordinal);
        Assert.Equal("crc32c=4waSgw==", whole.Header("Digest")); // E3069283, the check value of CRC-32C
        Assert.Equal("123456789"u8, whole.Body);
    }

    [Fact]
    public void Object_in_chunks_with_a_digest_behind_them_is_stored()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        const string Md5 = "XrY7u+Ae7tCTyyK7j1rNww==";
        string head = $"PUT {ObjectPath} HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: Content-MD5\r\n\r\n";
        string body = $"5\r\nhello\r\n6\r\n world\r\n0\r\nContent-MD5: {Md5}\r\n\r\n";
        foreach (char value in head + body)
        {
            client.Send([(byte)value]);
        }
        Assert.Equal(201, client.Read().Status);
        Assert.Equal("hello world"u8, client.Get(ObjectPath).Body);
        Assert.StartsWith("md5=" + Md5, client.Get(ObjectPath).Header("Digest"), StringComparison.Ordinal);
        Assert.Equal(400, client.Ask(head + body.Replace("hello", "HELLO", StringComparison.Ordinal)).Status);
        Assert.Equal("hello world"u8, client.Get(ObjectPath).Body);
    }

    [Fact]
    public void Wrong_digest_leaves_what_was_there_and_the_connection()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "old"u8).Status);
        const string Md5 = "eV8yArF8trw9S3cdjGyerw==";
        RawAnswer refused = client.Put(ObjectPath, "new"u8, $"Content-MD5: {Md5}\r\n");
        Assert.Equal((400, true), (refused.Status, refused.KeepsAlive));
        Assert.Equal("old"u8, client.Get(ObjectPath).Body);
        Assert.Single(store.Files());
    }

    [Theory]
    [InlineData("bytes=0-4", "01234", "bytes 0-4/10")]
    [InlineData("bytes=5-", "56789", "bytes 5-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    public void Piece_of_an_object_is_answered_206(string range, string expected, string contentRange)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0123456789"u8).Status);
        RawAnswer answer = client.Get(ObjectPath, $"Range: {range}\r\n");
        Assert.Equal(206, answer.Status);
        Assert.Equal(contentRange, answer.Header("Content-Range"));
        Assert.Equal(expected, Encoding.ASCII.GetString(answer.Body));
    }

    [Theory]
    [InlineData(ObjectPath, "bytes=-0")]
    [InlineData(ObjectPath, "bytes=10-")]
    [InlineData("/", "bytes=0-1")]
    [InlineData("/", "bytes=-0")]
    public void Range_that_nothing_satisfies_is_answered_416(string path, string range)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0123456789"u8).Status);
        RawAnswer answer = client.Get(path, $"Range: {range}\r\n");
        Assert.Equal((416, true), (answer.Status, answer.KeepsAlive));
        Assert.Equal(200, client.Get(ObjectPath).Status);
    }

    [Fact]
    public void Object_is_removed_once()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "x"u8).Status);
        Assert.Equal(200, client.Get(ObjectPath).Status);
        Assert.Equal(204, client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(404, client.Get(ObjectPath).Status);
        Assert.Equal(404, client.Ask($"DELETE {ObjectPath} HTTP/1.1\r\n\r\n").Status);
        Assert.Empty(store.Files());
    }

    [Theory]
    [InlineData("GET /dev1/../secret HTTP/1.1\r\n\r\n", 403, true)]
    [InlineData("GET /dev9/a HTTP/1.1\r\n\r\n", 404, true)]
    [InlineData("GET /dev1 HTTP/1.1\r\n\r\n", 403, true)]
    [InlineData("GET /dev1/a_b HTTP/1.1\r\n\r\n", 400, false)]
    [InlineData("MKCOL /dev1/new/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400, true)]
    [InlineData("DELETE / HTTP/1.1\r\n\r\n", 403, true)]
    [InlineData("DELETE /dev1/sub HTTP/1.1\r\n\r\n", 403, true)]
    [InlineData("PUT /dev1/a HTTP/1.1\r\n\r\n", 411, false)]
    [InlineData("PUT /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400, false)]
    [InlineData("PUT /dev9/a HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404, false)]
    [InlineData("GET /dev1/.larder-1-2.tmp HTTP/1.1\r\n\r\n", 403, true)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, false)]
    [InlineData("GET /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, false)]
    [InlineData("DELETE /dev1/a HTTP/1.1\r\nContent-Length: 300000\r\n\r\n", 400, false)]
    public void Request_that_cannot_be_served_is_refused(string request, int status, bool keepsAlive)
    {
        using var store = new TestStore();
        Directory.CreateDirectory(store.PathOf("dev1/sub"));
        using RawClient client = store.Connect();
        RawAnswer answer = client.Ask(request);
        Assert.Equal((status, keepsAlive), (answer.Status, answer.KeepsAlive));
        if (keepsAlive)
        {
            Assert.Equal(200, client.Get("/").Status);
        }
        else
        {
            Assert.True(client.IsClosed());
        }
    }

    [Fact]
    public void Body_of_a_get_is_not_taken_for_the_next_request()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "x"u8).Status);
        const string Hidden = "DELETE " + ObjectPath + " HTTP/1.1\r\n\r\n";
        client.Send($"GET {ObjectPath} HTTP/1.1\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}"
            + "GET / HTTP/1.1\r\n\r\n");
        Assert.Equal("x"u8, client.Read().Body);
        Assert.Empty(client.Read().Body);
        Assert.Equal(200, client.Get(ObjectPath).Status);
    }

    [Fact]
    public void Listener_for_readers_stores_and_removes_nothing()
    {
        using var store = new TestStore();
        File.WriteAllText(store.PathOf("dev1/a"), "x");
        using var client = new RawClient(store.GetEndPoint);
        Assert.Equal("x"u8, client.Get("/dev1/a").Body);
        RawAnswer removed = client.Ask("DELETE /dev1/a HTTP/1.1\r\n\r\n");
        Assert.Equal((405, true), (removed.Status, removed.KeepsAlive));
        Assert.Equal(405, client.Put("/dev1/a", ""u8).Status);
        Assert.True(client.IsClosed());
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Fact]
    public void Client_that_vanishes_within_a_put_leaves_nothing()
    {
        using var store = new TestStore();
        using (RawClient gone = store.Connect())
        {
            gone.Send($"PUT {ObjectPath} HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
            gone.Send(Content(50_000));
            Until.True(() => store.Server.Driver.Turns.Sum(turn => turn.Counters.BytesRead) > 50_000, "it has come");
        }
        Until.True(() => store.Server.Driver.CurrentConnections == 0, "the connection is over");
        Assert.Empty(store.Files());
    }

    [Theory]
    [InlineData("/*")]
    [InlineData("/10")]
    public void Pieces_of_an_object_are_put_into_their_places(string total)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, ""u8).Status);
        Assert.Equal(201, client.Put(ObjectPath, "56789"u8, $"Content-Range: bytes 5-9{total}\r\n").Status);
        Assert.Equal(201, client.Put(ObjectPath, "01234"u8, $"Content-Range: bytes 0-4{total}\r\n").Status);
        RawAnswer whole = client.Get(ObjectPath);
        Assert.Equal("0123456789", Encoding.ASCII.GetString(whole.Body));
        Assert.Null(whole.Header("Digest"));
    }

    [Fact]
    public void File_that_somebody_else_changes_is_served_as_it_is()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        string file = store.PathOf("dev1/a");
        for (int i = 0; i < 200; i++)
        {
            string text = $"version {i}";
            if (i % 3 == 0)
            {
                File.WriteAllText(file + ".new", text);
                File.Move(file + ".new", file, overwrite: true);
            }
            else
            {
                File.WriteAllText(file, text);
            }
            Assert.Equal(text, Encoding.ASCII.GetString(client.Get("/dev1/a").Body));
            Assert.Equal(text, Encoding.ASCII.GetString(client.Get("/dev1/a").Body));
        }
        File.Delete(file);
        Assert.Equal(404, client.Get("/dev1/a").Status);
    }

    [Fact]
    public void Several_ranges_are_the_same_from_memory_and_from_disk()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, Content(2000, 1)).Status);
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        long endMs = Environment.TickCount64 + 200; // at first the file is too young to be kept in memory
        while (Environment.TickCount64 < endMs)
        {
            string body = Encoding.Latin1.GetString(client.Get(ObjectPath, "Range: bytes=0-9,100-199,-1\r\n").Body);
            bodies.Add(body.Replace(body.Split("\r\n")[1], "--boundary", StringComparison.Ordinal));
        }
        string same = Assert.Single(bodies);
        Assert.Contains(Encoding.Latin1.GetString(Content(2000, 1).AsSpan(100, 100)), same, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SyncPolicy.Data)]
    [InlineData(SyncPolicy.Group)]
    public void Synced_object_is_answered_and_there(SyncPolicy policy)
    {
        using var store = new TestStore(new DeviceOptions { Sync = policy });
        Thread[] clients = [.. Enumerable.Range(0, 8).Select(n => new Thread(() =>
        {
            using RawClient client = store.Connect();
            for (int i = 0; i < 10; i++)
            {
                string path = $"/dev{1 + (n % 2)}/{n}/{i}";
                Assert.Equal(201, client.Put(path, Content(1000, i)).Status);
                Assert.Equal(Content(1000, i), client.Get(path).Body);
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        Array.ForEach(clients, client => client.Join());
        Assert.Equal(80, store.Files().Length);
    }

    [Fact]
    public void Client_that_waits_for_leave_gets_it()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        client.Send($"PUT {ObjectPath} HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, client.Read().Status);
        client.Send("hello");
        Assert.Equal(201, client.Read().Status);
        client.Send("PUT /dev9/a HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(404, client.Read().Status);
        Assert.True(client.IsClosed());
    }

    [Fact]
    public void Unchanged_object_is_not_sent_again()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "hello"u8).Status);
        string etag = client.Get(ObjectPath).Header("ETag")!;
        Assert.Equal(304, client.Get(ObjectPath, $"If-None-Match: {etag}\r\n").Status);
        Assert.Equal(412, client.Get(ObjectPath, "If-Match: \"other\"\r\n").Status);
        Assert.Equal(200, client.Get(ObjectPath, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").Status);
        Assert.Equal(206, client.Get(ObjectPath, $"Range: bytes=0-1\r\nIf-Range: {etag}\r\n").Status);
    }
}
