using System.Globalization;
using System.Net;
using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;
using Larder.Protocol.Http;

namespace Larder.Objects.Tests.Serving;

/// <summary>Pieces, names, files that are none, and the order of answers.</summary>
public sealed class RequestTests
{
    private const string ObjectPath = "/dev1/a";

    [Theory]
    [InlineData("bytes=2-3")]
    [InlineData("bytes=100-")]
    [InlineData("bytes=nonsense")]
    public void Range_of_head_is_ignored(string range)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0123456789"u8).Status);
        RawAnswer answer = client.Ask($"HEAD {ObjectPath} HTTP/1.1\r\nRange: {range}\r\n\r\n");
        Assert.Equal((200, "10", true), (answer.Status, answer.Header("Content-Length"), answer.KeepsAlive));
        Assert.Equal(200, client.Ask($"HEAD / HTTP/1.1\r\nRange: {range}\r\n\r\n").Status);
    }

    [Theory]
    [InlineData("bytes=0-", 416)]
    [InlineData("bytes=0-0", 416)]
    [InlineData("bytes=-0", 416)]
    [InlineData("bytes=-5", 200)]
    [InlineData("lines=1-2", 200)]
    public void Range_of_an_empty_object_is_never_satisfied(string range, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, ""u8).Status);
        RawAnswer answer = client.Get(ObjectPath, $"Range: {range}\r\n");
        Assert.Equal((status, true), (answer.Status, answer.KeepsAlive));
        Assert.Equal(status == 416 ? "bytes */0" : null, answer.Header("Content-Range"));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(300_000)]
    public void Several_ranges_come_in_parts(int size)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        byte[] content = new byte[size];
        new Random(3).NextBytes(content);
        Assert.Equal(201, client.Put(ObjectPath, content).Status);
        for (int i = 0; i < 2; i++) // the second time from memory, if it is small
        {
            RawAnswer answer = client.Get(ObjectPath, "Range: bytes=1000-1999, 0-99, -50\r\n");
            Assert.Equal(206, answer.Status);
            string type = answer.Header("Content-Type")!;
            const string Prefix = "multipart/byteranges; boundary=";
            Assert.StartsWith(Prefix, type, StringComparison.Ordinal);
            string boundary = type[Prefix.Length..];
            string expected = Part(1000, 1000) + Part(0, 100) + Part(size - 50, 50) + $"\r\n--{boundary}--\r\n";
            Assert.Equal(expected, Encoding.Latin1.GetString(answer.Body));

            string Part(int first, int length) => string.Create(
                CultureInfo.InvariantCulture,
                $"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n"
                + $"Content-Range: bytes {first}-{first + length - 1}/{size}\r\n\r\n")
                + Encoding.Latin1.GetString(content.AsSpan(first, length));
        }
    }

    [Theory]
    [InlineData("", "XrY7u+Ae7tCTyyK7j1rNww==", 201)] // unannounced, and checked all the same
    [InlineData("", "XUFAKrxLKna5cZ2REBfFkg==", 400)]
    [InlineData("Trailer: Content-MD5\r\n", null, 400)]
    [InlineData("", null, 201)]
    [InlineData("Content-MD5: XrY7u+Ae7tCTyyK7j1rNww==\r\n", "XUFAKrxLKna5cZ2REBfFkg==", 400)]
    [InlineData("Content-MD5: XUFAKrxLKna5cZ2REBfFkg==\r\n", "XrY7u+Ae7tCTyyK7j1rNww==", 400)]
    public void Digest_behind_chunks_is_checked(string headers, string? trailer, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        string end = trailer == null ? "\r\n" : $"Content-MD5: {trailer}\r\n\r\n";
        RawAnswer answer = client.Ask($"PUT {ObjectPath} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{headers}\r\n"
            + $"b;name=value\r\nhello world\r\n0\r\n{end}");
        Assert.Equal((status, true), (answer.Status, answer.KeepsAlive));
        Assert.Equal(status == 201 ? 200 : 404, client.Get(ObjectPath).Status);
    }

    [Fact]
    public void Trailer_announced_for_a_body_that_can_have_none_is_no_matter()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "x"u8, "Trailer: Content-MD5\r\n").Status);
    }

    [Theory]
    [InlineData("Content-Range: bytes 0-4/4\r\nContent-Length: 5\r\n\r\n01234", 400)]   // behind the total
    [InlineData("Content-Range: bytes 0-4/*\r\nContent-Length: 4\r\n\r\n0123", 400)]    // not as long as it says
    [InlineData("Content-Range: bytes 4-0/*\r\nContent-Length: 5\r\n\r\n01234", 400)]
    [InlineData("Content-Range: bytes 0-4/*\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n", 400)]
    [InlineData("Content-Range: bytes 0-99999999999999999999/*\r\nContent-Length: 5\r\n\r\n01234", 507)]
    [InlineData("Content-Range: bytes 0-4/100\r\nContent-Length: 5\r\n\r\n01234", 201)]
    public void Piece_must_fit(string rest, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "abcdefgh"u8).Status);
        RawAnswer answer = client.Ask($"PUT {ObjectPath} HTTP/1.1\r\n{rest}");
        Assert.Equal((status, status == 201), (answer.Status, answer.KeepsAlive));
        using RawClient other = store.Connect();
        string expected = status == 201 ? "01234fgh" : "abcdefgh";
        Assert.Equal(expected, Encoding.ASCII.GetString(other.Get(ObjectPath).Body));
    }

    [Theory]
    [InlineData("/dev1/folder", 500)]      // a folder has the name
    [InlineData("/dev1/file/below", 500)]  // a file is no folder
    [InlineData("/dev1/../x", 403)]
    [InlineData("/dev1/out/x", 403)]       // a link out of the device
    public void Put_where_nothing_can_be_put_closes(string path, int status)
    {
        using var store = new TestStore();
        Directory.CreateDirectory(store.PathOf("dev1/folder"));
        File.WriteAllText(store.PathOf("dev1/file"), "x");
        File.CreateSymbolicLink(store.PathOf("dev1/out"), store.PathOf("dev2"));
        using RawClient client = store.Connect();
        const string Hidden = "DELETE /dev1/file HTTP/1.1\r\n\r\n";
        client.Send($"PUT {path} HTTP/1.1\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}");
        RawAnswer answer = client.Read();
        Assert.Equal((status, false), (answer.Status, answer.KeepsAlive));
        Assert.True(client.IsClosed());
        Assert.Equal(["dev1/file"], store.Files());
    }

    [Theory]
    [InlineData("PUT /dev1/../x", 403)]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nIf-Match: *", 412)]
    [InlineData("PUT /dev9/a", 404)]
    [InlineData("PUT /dev1/folder/", 400)]
    public void Client_that_waits_for_leave_is_refused_before_its_body(string start, int status)
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        string version = start.Contains(" HTTP", StringComparison.Ordinal) ? "" : " HTTP/1.1";
        client.Send($"{start}{version}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
        RawAnswer answer = client.Read();
        Assert.Equal((status, false), (answer.Status, answer.KeepsAlive));
        Assert.True(client.IsClosed());
    }

    [Fact]
    public void Client_that_waits_for_leave_to_send_a_body_with_get_is_closed_behind_the_answer()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        RawAnswer answer = client.Ask("GET / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal((200, false), (answer.Status, answer.KeepsAlive));
        client.SendEnd();
        Assert.True(client.IsClosed());
    }

    [Fact]
    public void What_is_no_file_is_forbidden_and_keeps_nobody_waiting()
    {
        using var faults = new HeldOperations(DeviceOperation.Open);
        using var store = new TestStore(new DeviceOptions { Faults = faults });
        Directory.CreateDirectory(store.PathOf("dev1/folder"));
        Tools.Run("mkfifo", store.PathOf("dev1/pipe"));
        File.WriteAllText(store.PathOf("dev1/secret"), "x");
        using RawClient client = store.Connect();
        foreach (string method in (string[])["GET", "HEAD"])
        {
            foreach (string path in (string[])["/dev1/folder", "/dev1/folder/", "/dev1", "/dev1/pipe"])
            {
                RawAnswer answer = client.Ask($"{method} {path} HTTP/1.1\r\n\r\n");
                Assert.Equal((403, true), (answer.Status, answer.KeepsAlive));
            }
        }
        Assert.Equal(500, client.Get("/dev1/secret/below").Status);
        faults.Failure = Errno.Access;
        Assert.Equal(403, client.Get("/dev1/secret").Status);
        faults.Failure = Errno.InputOutput;
        RawAnswer failed = client.Get("/dev1/secret");
        Assert.Equal((500, true), (failed.Status, failed.KeepsAlive));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Links_out_of_a_device_are_followed_only_if_asked_for(bool follows)
    {
        using var store = new TestStore(new DeviceOptions { FollowsLinksOut = follows });
        string outside = Directory.CreateTempSubdirectory("larder-outside-").FullName;
        try
        {
            File.WriteAllText(Path.Join(outside, "b"), "outside");
            File.CreateSymbolicLink(store.PathOf("dev1/link"), Path.Join(outside, "b"));
            File.CreateSymbolicLink(store.PathOf("dev1/folder"), outside);
            File.WriteAllText(store.PathOf("dev1/inside"), "inside");
            File.CreateSymbolicLink(store.PathOf("dev1/near"), "inside");
            using RawClient client = store.Connect();
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(follows ? 200 : 403, client.Get("/dev1/link").Status);
                Assert.Equal(follows ? 200 : 403, client.Get("/dev1/folder/b").Status);
                Assert.Equal("inside"u8, client.Get("/dev1/near").Body);
            }
            Assert.Equal(204, client.Ask("DELETE /dev1/link HTTP/1.1\r\n\r\n").Status); // only the link
            Assert.Equal("outside", File.ReadAllText(Path.Join(outside, "b")));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Fact]
    public void Wide_names_are_the_same_object_however_they_are_written()
    {
        using var store = new TestStore(names: HttpNames.Wide);
        using RawClient client = store.Connect();
        string longest = new('n', 255);
        foreach (string path in (string[])["/dev1/a_b", "/dev1/a%20b", "/dev1/%c3%a4", "/dev1/%25", $"/dev1/{longest}"])
        {
            Assert.Equal(201, client.Put(path, Encoding.ASCII.GetBytes(path)).Status);
            Assert.Equal(path, Encoding.ASCII.GetString(client.Get(path).Body));
        }
        Assert.Equal(["dev1/%", "dev1/a b", "dev1/a_b", $"dev1/{longest}", "dev1/ä"], store.Files());
        Assert.Equal("/dev1/a_b"u8, client.Get("/dev1/%61%5F%62").Body);
        Assert.Equal("/dev1/a_b"u8, client.Get("http://host/dev1//a_b").Body);
        Assert.Equal(403, client.Get("/dev1/%2e%2e/x").Status);
        foreach (string path in (string[])[$"/dev1/{longest}n", "/dev1/a%2Fb", "/dev1/a%00", "/dev1/a?b", "/dev1/%zz"])
        {
            using RawClient other = store.Connect();
            RawAnswer refused = other.Get(path);
            Assert.Equal((400, false), (refused.Status, refused.KeepsAlive));
        }
    }

    [Fact]
    public void Pipelined_requests_of_all_kinds_are_answered_in_order()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        byte[] large = new byte[2_000_000];
        new Random(5).NextBytes(large);
        Assert.Equal(201, client.Put("/dev2/large", large).Status);
        var sender = new Thread(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                string text = i.ToString(CultureInfo.InvariantCulture);
                client.Send($"PUT /dev1/{i} HTTP/1.1\r\nContent-Length: {text.Length}\r\n\r\n{text}"
                    + $"GET /dev1/{i} HTTP/1.1\r\nContent-Length: 3\r\n\r\nGET"
                    + "GET /dev2/large HTTP/1.1\r\n\r\n"
                    + $"PUT /dev2/{i} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
                    + $"DELETE /dev1/{i} HTTP/1.1\r\nContent-Length: 9\r\n\r\nPUT / HTT"
                    + $"GET /dev1/{i} HTTP/1.1\r\n\r\nMKCOL /dev1/x/ HTTP/1.1\r\n\r\n");
            }
        });
        sender.Start();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(201, client.Read().Status);
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(client.Read().Body));
            Assert.Equal(large, client.Read().Body);
            Assert.Equal([201, 204, 404, 400], [.. Enumerable.Range(0, 4).Select(_ => client.Read().Status)]);
        }
        sender.Join();
        Assert.Equal(11, store.Files().Length);
    }

    [Fact]
    public void Listener_of_version_6_serves()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6 here");
        using var store = new TestStore(root => new ObjectServerOptions
        {
            Root = root,
            HttpEndpoints = [new IPEndPoint(IPAddress.IPv6Loopback, 0)],
        });
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "six"u8).Status);
        Assert.Equal("six"u8, client.Get(ObjectPath).Body);
    }
}
