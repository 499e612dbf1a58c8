using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>Takes what a stopping server accepts, and keeps it.</summary>
internal sealed class LastClients : IAcceptTarget
{
    private readonly List<int> _descriptors = [];

    public int Taken => _descriptors.Count;

    public bool TryTake(Listener listener, int fd, bool isLast)
    {
        Assert.True(isLast);
        _descriptors.Add(fd);
        return true;
    }

    public void Close() => _descriptors.ForEach(static fd => Assert.Equal(0, Libc.close(fd)));

    public void WaitForRoom(Func<bool> isStopped) => throw new NotSupportedException();

    public void WaitForClose(int timeoutMs, Func<bool> isStopped) => throw new NotSupportedException();

    public void WakeWaitingAcceptors() => throw new NotSupportedException();

    public void MakeRoom() => throw new NotSupportedException();

    public void AcceptPaused() => throw new NotSupportedException();
}
