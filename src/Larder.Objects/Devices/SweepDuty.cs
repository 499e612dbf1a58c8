using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Devices;

/// <summary>
/// Removes, once after a device has come, the temporary files of processes that have ended: kill -9 between giving a
/// file its temporary name and its own leaves one, and so does any end where the file system has no nameless files.
/// </summary>
/// <param name="logger">Is told what was removed, if there was anything.</param>
/// <remarks>
/// Every folder is read, in short pieces with pauses, so that requests hardly notice. Stores that share a device must
/// see each other's processes (pid_namespaces(7)): what a process left that does not run is taken away.
/// </remarks>
internal sealed class SweepDuty(ILogger logger) : IDeviceDuty
{
    /// <summary>Names looked at in one piece, and the pause behind it: 20,000 names a second at most.</summary>
    private const int StepsInOnePiece = 1_000;

    private const int PauseMs = 50;

    private FolderWalk? _walk; // owner: the device's thread
    private bool _isDone;
    private long _removed;
    private long _failed;

    /// <inheritdoc/>
    public int Run(DeviceCare care)
    {
        Device device = care.Device;
        if (_isDone || device.IsReadOnly)
        {
            return int.MaxValue;
        }
        _walk ??= new FolderWalk(device, default);
        for (int i = 0; i < StepsInOnePiece && !care.IsStopping; i++)
        {
            switch (_walk.Step(out byte[] path))
            {
                case WalkStep.File:
                    Look(device, path);
                    break;
                case WalkStep.End:
                    End(device);
                    return int.MaxValue;
                default:
                    break;
            }
        }
        return PauseMs;
    }

    private void Look(Device device, byte[] path)
    {
        ReadOnlySpan<byte> name = path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1);
        if (TemporaryNames.IsLeftBehind(name, TemporaryNames.IsAlive))
        {
            SysResult result = device.Remove(path);
            _removed += result.IsError ? 0 : 1;
            _failed += result.IsError && result.Errno != Errno.NoEntry ? 1 : 0;
        }
    }

    private void End(Device device)
    {
        _failed += _walk!.Failures;
        _walk = null;
        _isDone = true;
        if (_removed + _failed > 0)
        {
            DeviceLog.Swept(logger, device.Name, _removed, _failed);
        }
    }
}
