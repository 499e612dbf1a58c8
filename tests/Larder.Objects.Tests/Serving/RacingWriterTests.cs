using System.Text;
using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>Several who would change one object under a condition: exactly one succeeds.</summary>
public sealed class RacingWriterTests
{
    private const string ObjectPath = "/dev1/a";
    private const int Writers = 6;

    /// <summary>
    /// Method: the first is held in the disk behind its look at the condition; the second must not get to its own look
    /// before the first has the name.
    /// </summary>
    [Theory]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nIf-Match: ETAG\r\nContent-Length: 1\r\n\r\n2", 412)]
    [InlineData("PUT /dev1/a HTTP/1.1\r\nContent-Length: 1\r\n\r\n2", 201)]
    [InlineData("DELETE /dev1/a HTTP/1.1\r\nIf-Match: ETAG\r\n\r\n", 412)]
    [InlineData("DELETE /dev1/a HTTP/1.1\r\n\r\n", 204)]
    public void Second_writer_waits_for_the_first(string request, int status)
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        using var store = new TestStore(new DeviceOptions { Faults = held, Slots = 3 });
        using RawClient first = store.Connect();
        using RawClient second = store.Connect();
        Assert.Equal(201, first.Put(ObjectPath, "0"u8).Status);
        RawAnswer before = first.Get(ObjectPath);
        held.Hold();
        first.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {before.Header("ETag")}\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "the first has looked, and is at the disk");
        second.Send(request.Replace("ETAG", before.Header("ETag"), StringComparison.Ordinal));
        Device device = store.Server.Devices.Find(1)!;
        Until.True(() => device.Names.Of(Encoding.ASCII.GetBytes(ObjectPath)).Waiting == 1, "the second waits");
        Assert.Equal(1, held.Waiting);
        held.Release();
        Assert.Equal(201, first.Read().Status);
        Assert.Equal(status, second.Read().Status);
        int last = first.Get(ObjectPath).Status;
        Assert.Equal(status == 204 ? 404 : 200, last);
        Assert.Equal(0, device.Names.Of(Encoding.ASCII.GetBytes(ObjectPath)).Busy);
    }

    [Fact]
    public void Of_many_with_one_etag_one_succeeds_again_and_again()
    {
        using var store = new TestStore(workers: 8);
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put(ObjectPath, "0"u8).Status);
        RawClient[] writers = [.. Enumerable.Range(0, Writers).Select(_ => store.Connect())];
        for (int round = 0; round < 50; round++)
        {
            string etag = client.Get(ObjectPath).Header("ETag")!;
            foreach (RawClient writer in writers)
            {
                writer.Send($"PUT {ObjectPath} HTTP/1.1\r\nIf-Match: {etag}\r\nContent-Length: 1\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            }
            foreach (RawClient writer in writers)
            {
                Assert.Equal(100, writer.Read().Status); // all conditions hold
            }
            for (int i = 0; i < Writers; i++)
            {
                writers[i].Send([(byte)('a' + i)]);
            }
            int[] statuses = Array.ConvertAll(writers, static writer => writer.Read().Status);
            Assert.Equal([201, .. Enumerable.Repeat(412, Writers - 1)], statuses.Order());
            int winner = Array.IndexOf(statuses, 201);
            Assert.Equal([(byte)('a' + winner)], client.Get(ObjectPath).Body);
        }
        Array.ForEach(writers, static writer => writer.Dispose());
        Assert.Equal(["dev1/a"], store.Files());
    }

    [Fact]
    public void Writer_that_waits_for_a_name_too_long_is_refused_and_other_names_are_not_kept_waiting()
    {
        using var held = new HeldOperations(DeviceOperation.Name);
        using var store = new TestStore(new DeviceOptions { Faults = held, Slots = 3, WaitTimeoutMs = 500 });
        using RawClient first = store.Connect();
        using RawClient second = store.Connect();
        held.Hold();
        first.Send($"PUT {ObjectPath} HTTP/1.1\r\nContent-Length: 1\r\n\r\n1");
        Until.True(() => held.Waiting == 1, "the first is at the disk");
        Assert.Equal(503, second.Put(ObjectPath, "2"u8).Status);
        held.Release();
        Assert.Equal(201, first.Read().Status);
        using RawClient third = store.Connect();
        Assert.Equal("1"u8, third.Get(ObjectPath).Body);
        Assert.Equal(201, third.Put(ObjectPath, "3"u8).Status);
    }
}
