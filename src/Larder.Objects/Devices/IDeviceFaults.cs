using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// Stands between a device and the kernel for tests: it may hold an operation for as long as it likes, as a disk that
/// hangs does, or let it fail.
/// </summary>
public interface IDeviceFaults
{
    /// <summary>Called on the thread of the operation before each; any thread.</summary>
    /// <param name="device">Its number.</param>
    /// <param name="operation">What is about to be done.</param>
    /// <returns>None to go on; else the operation is not done and fails so.</returns>
    Errno Before(int device, DeviceOperation operation);
}
