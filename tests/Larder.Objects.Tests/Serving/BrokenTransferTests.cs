using System.Net;
using Larder.Events.Native;
using Larder.Events.Tests.Support;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Transfers that end before their end: nothing is left of them, and the log says what happened in the words that
/// cmogstored's operators know.
/// </summary>
public sealed class BrokenTransferTests : IDisposable
{
    private readonly KeptLog _log = new();
    private readonly HeldOperations _faults = new(DeviceOperation.Read);
    private readonly TestStore _store;

    public BrokenTransferTests() => _store = new TestStore(root => new ObjectServerOptions
    {
        Root = root,
        HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        Devices = new DeviceOptions { Faults = _faults },
        Logger = _log,
    });

    private void AwaitBytes(int count) => Until.True(
        () => _store.Server.Driver.Turns.Sum(turn => turn.Counters.BytesRead) == count, "the bytes have come");

    // What is told of the devices does not count.
    private (int Id, string Text)[] Lines() => [.. _log.Lines.Where(static line => line.Id < 2100)];

    public void Dispose()
    {
        _store.Dispose();
        _faults.Dispose();
    }

    [Theory]
    [InlineData(false, "premature EOF")]
    [InlineData(true, "Connection reset by peer")]
    public void Put_that_ends_early_is_logged_and_leaves_nothing(bool resets, string reason)
    {
        using RawClient client = _store.Connect();
        string name = client.Name;
        const string Head = "PUT /dev1/a HTTP/1.1\r\nContent-Length: 100000\r\n\r\n";
        client.Send(Head);
        AwaitBytes(Head.Length); // with the next bytes the server is done with these, and knows the client's name
        client.Send(new byte[50_000]);
        AwaitBytes(Head.Length + 50_000);
        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.SendEnd();
            Assert.True(client.IsClosed());
        }
        Until.True(() => _log.Count(2001) == 1, "it is logged");
        (int Id, string Text)[] lines = Lines();
        Assert.Equal(2, lines.Length);
        Assert.Equal((2000, $"PUT /dev1/a failed from {name} after 50000 bytes: {reason}"), lines[0]);
        Assert.Matches($"^last_data_recv=[0-9]+ms from {name} for PUT /dev1/a$", lines[1].Text);
        Until.True(() => _store.Server.Driver.CurrentConnections == 0, "the connection is over");
        Assert.Empty(_store.Files());
    }

    [Fact]
    public void Put_that_the_store_refuses_in_the_middle_is_not_the_clients_fault()
    {
        using RawClient client = _store.Connect();
        client.Send("PUT /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n");
        RawAnswer refused = client.Read();
        Assert.Equal((400, false), (refused.Status, refused.KeepsAlive));
        Assert.True(client.IsClosed());
        Assert.Empty(Lines());
        Assert.Empty(_store.Files());
    }

    [Fact]
    public void Get_of_a_file_that_is_cut_meanwhile_closes()
    {
        const int Size = 200_000_000;
        using (FileStream file = File.Create(_store.PathOf("dev1/a")))
        {
            file.SetLength(Size);
        }
        using var client = new RawClient(_store.EndPoint, receiveBuffer: 4096);
        client.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
        Assert.Equal(200, client.Read(isHead: true).Status);
        using (FileStream file = File.OpenWrite(_store.PathOf("dev1/a")))
        {
            file.SetLength(1);
        }
        Assert.InRange(client.ReadToEnd(), 0, Size - 1);
        (int id, string text) = Assert.Single(Lines());
        Assert.Equal(2002, id);
        Assert.Matches($"^GET /dev1/a cut at [0-9]+ of {Size} bytes: the file has become shorter meanwhile$", text);
    }

    [Fact]
    public void Get_of_a_file_that_the_disk_does_not_give_closes()
    {
        const int Size = 200_000_000;
        using (FileStream file = File.Create(_store.PathOf("dev1/a")))
        {
            file.SetLength(Size);
        }
        using var client = new RawClient(_store.EndPoint, receiveBuffer: 4096);
        client.Send("GET /dev1/a HTTP/1.1\r\n\r\n");
        Assert.Equal(200, client.Read(isHead: true).Status);
        _faults.Failure = Errno.InputOutput;
        Assert.InRange(client.ReadToEnd(), 0, Size - 1);
        (int id, string text) = Assert.Single(Lines());
        Assert.Equal(2003, id);
        Assert.Matches($"^GET /dev1/a cut at [0-9]+ of {Size} bytes: InputOutput$", text);
    }
}
