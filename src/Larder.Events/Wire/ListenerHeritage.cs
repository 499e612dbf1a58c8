using System.Net;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// The listeners that another process of ours gives up, for a server that asks for them one by one by the address where
/// it would otherwise bind: so each listener keeps the options that its address has. Used by one thread, at the start.
/// </summary>
public sealed class ListenerHeritage : IDisposable
{
    private readonly List<InheritedDescriptor> _left;

    /// <summary>Begins with descriptors that are open in this process and closed by it if nobody claims them.</summary>
    public ListenerHeritage(IEnumerable<InheritedDescriptor> descriptors) => _left = [.. descriptors];

    /// <summary>What nobody has claimed yet.</summary>
    public IReadOnlyList<InheritedDescriptor> Left => _left;

    /// <summary>
    /// The first listener that is left at this address, or null. Port 0 stands for any port: the other process was
    /// given one by the kernel, in the same order.
    /// </summary>
    /// <exception cref="ListenException">The descriptor is not a listening stream socket.</exception>
    public Listener? Claim(ListenAddress address, ListenOptions options)
    {
        int index = _left.FindIndex(each => IsAt(Sockets.LocalEndPoint(each.Number), address.EndPoint)
            && Sockets.TakesDatagrams(each.Number) == address.TakesDatagrams);
        if (index < 0)
        {
            return null;
        }
        InheritedDescriptor found = _left[index];
        _left.RemoveAt(index);
        return Listener.FromDescriptor(found, options);
    }

    /// <summary>Closes what nobody has claimed; their queues stay with the process that has them still.</summary>
    public void Dispose()
    {
        foreach (InheritedDescriptor descriptor in _left)
        {
            SysResult.Of(Libc.close(descriptor.Number));
        }
        _left.Clear();
    }

    private static bool IsAt(EndPoint? found, EndPoint wanted) => wanted is IPEndPoint { Port: 0 } anyPort
        ? found is IPEndPoint ip && ip.Address.Equals(anyPort.Address)
        : wanted.Equals(found);
}
