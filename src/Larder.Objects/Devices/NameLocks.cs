using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// What <see cref="NameQueues"/> are within a process, between processes: who exchanges or removes an object holds a
/// byte of one file of the device meanwhile. The kernel lets it go when a process dies. Any thread that has the name's
/// slot.
/// </summary>
internal sealed class NameLocks(Device device) : IDisposable
{
    /// <summary>No request can name it (<see cref="TemporaryNames.IsOne"/>).</summary>
    public const string FileName = ".larder-locks";

    private static readonly byte[] s_name = Encoding.ASCII.GetBytes(FileName);

    private OpenedFile? _file; // owner: interlocked; made when needed

    /// <summary>
    /// Waits for others, and holds the name against them; errors of the disk. A file system without locks goes without.
    /// </summary>
    /// <param name="path">The whole path; the caller has a slot of the device.</param>
    public SysResult Enter(ReadOnlySpan<byte> path)
    {
        OpenedFile? file = Volatile.Read(ref _file);
        if (file == null)
        {
            SysResult opened = device.OpenOrCreate(device.Root, s_name, out OpenedFile? mine);
            if (opened.IsError)
            {
                return opened;
            }
            file = Interlocked.CompareExchange(ref _file, mine, null) ?? mine!;
            if (file != mine)
            {
                mine!.Dispose(); // it holds nothing
            }
        }
        SysResult result = device.Lock(file, NameQueues.IndexOf(path));
        return result.IsError && result.Errno is Errno.NotSupported or Errno.Invalid or Errno.NoLocks
            ? SysResult.Ok(0) : result;
    }

    /// <summary>Lets the name go; without effect when it is not held. Touches no disk.</summary>
    public void Leave(ReadOnlySpan<byte> path) => _file?.UnlockByte(NameQueues.IndexOf(path));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
