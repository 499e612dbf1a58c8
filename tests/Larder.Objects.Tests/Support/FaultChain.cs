using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Support;

/// <summary>Faults of several kinds: the first that has one.</summary>
internal sealed class FaultChain(params IDeviceFaults[] links) : IDeviceFaults
{
    public Errno Before(int device, DeviceOperation operation)
        => links.Select(link => link.Before(device, operation)).FirstOrDefault(static errno => errno != Errno.None);
}
