using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// Compares the bytes of a large object with its digest before any of them is sent, in slices between which others
/// have their turn: the request is read again until all is compared. Part of a connection.
/// </summary>
/// <remarks>
/// Before, not while: what has been sent cannot be taken back, and a client that gets fewer bytes than were announced
/// has to start anew without knowing why. The second reading, by sendfile, mostly finds the bytes in memory.
/// </remarks>
internal sealed class ReadCheck
{
    // owner: the stepping thread
    private FileStatus _status; // of the file that is being compared
    private Crc32C _crc;
    private long _offset;

    /// <summary>Goes on with a file.</summary>
    /// <param name="device">The caller has a slot of it.</param>
    /// <param name="file">With a digest; the same as last time, or another to begin with.</param>
    /// <param name="scratch">To read into.</param>
    /// <param name="turn">Bounds the bytes that are read.</param>
    /// <returns>EAGAIN: not all is compared yet. EUCLEAN: it is damaged. Else as reading ended.</returns>
    public SysResult Step(Device device, HotFile file, Span<byte> scratch, Turn turn)
    {
        if (_offset == 0 || !_status.IsSameAs(file.Status))
        {
            _status = file.Status;
            _crc = default;
            _offset = 0;
        }
        long end = Math.Min(_status.Size, _offset + Math.Max(turn.BytesLeft, scratch.Length));
        while (_offset < end)
        {
            SysResult result = device.Read(
                file.File!, scratch[..(int)Math.Min(scratch.Length, end - _offset)], _offset);
            if (result.IsError || result.Value == 0)
            {
                _offset = 0;
                return result.IsError ? result : SysResult.Fail(Errno.InputOutput); // shorter than it was
            }
            _crc.Append(scratch[..result.Int]);
            _offset += result.Int;
        }
        if (_offset < _status.Size)
        {
            return SysResult.Fail(Errno.Again);
        }
        _offset = 0;
        file.IsVerified = _crc.Value == file.Digest!.Crc32C;
        return file.IsVerified ? SysResult.Ok(0) : SysResult.Fail(Errno.Corrupted);
    }
}
