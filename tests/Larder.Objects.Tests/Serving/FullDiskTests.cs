using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>A small real file system that is full: 507, nothing visible, nothing left.</summary>
public sealed class FullDiskTests
{
    private static DeviceOptions Quick(long reserve = 0) => new() { CarePeriodMs = 5, ReserveBytes = reserve };

    private static TestStore Small(long reserve, out MountedTmpfs mount)
    {
        string root = Directory.CreateTempSubdirectory("larder-objects-").FullName;
        Directory.CreateDirectory(Path.Join(root, "dev1"));
        mount = MountedTmpfs.At(Path.Join(root, "dev1"), "1m");
        return new TestStore(Quick(reserve), root: root);
    }

    private static int Put(TestStore store, string path, int length)
    {
        using RawClient client = store.Connect();
        client.Send($"PUT {path} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n");
        int status = client.Read().Status;
        if (status != 100)
        {
            return status;
        }
        client.Send(new byte[length]);
        return client.Read().Status;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Body_that_does_not_fit_is_answered_507_and_leaves_nothing(bool isChunked)
    {
        using TestStore store = Small(0, out MountedTmpfs mount);
        using (mount)
        {
            byte[] body = new byte[2_000_000];
            using RawClient client = store.Connect();
            if (isChunked)
            {
                client.Send("PUT /dev1/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1e8480\r\n");
                client.TrySend(body);
            }
            else
            {
                client.Send($"PUT /dev1/a HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n");
            }
            Assert.Equal(507, client.Read().Status);
            Until.True(() => store.Files().Length == 0, "nothing is left");
            Until.True(() => Put(store, "/dev1/b", 500_000) == 201, "its room is measured again");
        }
    }

    [Fact]
    public void Reserve_stays_free()
    {
        using TestStore store = Small(700_000, out MountedTmpfs mount);
        using (mount)
        {
            Device device = store.Server.Devices.Find(1)!;
            Until.True(() => device.Room.Space.Total > 0, "its room is known");
            using (RawClient client = store.Connect())
            {
                Assert.Equal(201, client.Put("/dev1/a", new byte[200_000]).Status);
            }
            using (RawClient client = store.Connect())
            {
                client.Send("PUT /dev1/b HTTP/1.1\r\nContent-Length: 200000\r\n\r\n");
                Assert.Equal(507, client.Read().Status);
            }
            using (RawClient client = store.Connect())
            {
                Assert.Equal(204, client.Ask("DELETE /dev1/a HTTP/1.1\r\n\r\n").Status);
            }
            Until.True(() => Put(store, "/dev1/b", 200_000) == 201, "its room is measured again");
        }
    }
}
