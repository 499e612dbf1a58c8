using System.Security.Cryptography;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;

namespace Larder.Objects.Digesting;

/// <summary>
/// A digest of a file's bytes on its way, slice by slice; CRC-32C beside it, for the digests that are kept with the
/// file. Each step needs a slot of the device. Owned by one connection.
/// </summary>
internal sealed class DigestJob : IDisposable
{
    /// <summary>Files from this size on are read ahead by the kernel in larger steps (as cmogstored does).</summary>
    private const long InOrderFrom = 256 * 1024;

    private readonly OpenedFile _file;
    private readonly FileStatus _status; // before the first byte
    private readonly StoredDigest? _stored;
    private readonly bool _isMd5;
    private readonly IncrementalHash _hash;
    private Crc32C _crc;

    /// <param name="device">Where the file is.</param>
    /// <param name="file">The file; the job's from now on.</param>
    /// <param name="status">Its status.</param>
    /// <param name="stored">What is stored of its digests, or null.</param>
    /// <param name="algorithm">MD5 or SHA-1.</param>
    /// <param name="isFsck">Whether the bytes are to come from the disk itself, and leave no trace in memory.</param>
    public DigestJob(
        Device device,
        OpenedFile file,
        in FileStatus status,
        StoredDigest? stored,
        HashAlgorithmName algorithm,
        bool isFsck)
    {
        Device = device;
        IsFsck = isFsck;
        _file = file;
        _status = status;
        _stored = stored;
        _isMd5 = algorithm == HashAlgorithmName.MD5;
        _hash = IncrementalHash.CreateHash(algorithm);
        if (isFsck)
        {
            file.WillNotReadAgain(0, 0); // all of it: what is in memory says nothing of the disk
        }
        if (status.Size >= InOrderFrom)
        {
            file.WillReadInOrder();
        }
    }

    /// <summary>Where the file is.</summary>
    public Device Device { get; }

    /// <summary>Whether it is a check of the file system.</summary>
    public bool IsFsck { get; }

    /// <summary>Bytes read.</summary>
    public long Offset { get; private set; }

    /// <summary>True when the end was met.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Reads on, until the end or until nothing is left of the slice.</summary>
    /// <param name="scratch">Room for the bytes.</param>
    /// <param name="sliceLeft">Bytes that may still be read; counted down.</param>
    public SysResult Read(Span<byte> scratch, ref long sliceLeft)
    {
        while (sliceLeft > 0 && !IsDone)
        {
            SysResult result = Device.Read(_file, scratch, Offset);
            if (result.IsError)
            {
                return result;
            }
            ReadOnlySpan<byte> piece = scratch[..result.Int];
            _hash.AppendData(piece);
            _crc.Append(piece);
            if (IsFsck)
            {
                _file.WillNotReadAgain(Offset, piece.Length);
            }
            Offset += piece.Length;
            sliceLeft -= scratch.Length; // also for small files: each costs more than its bytes
            IsDone = piece.Length < scratch.Length;
        }
        return SysResult.Ok(0);
    }

    /// <summary>The digest, once; after the end. Keeps it with the file if it was not known.</summary>
    /// <param name="isDamaged">Receives whether the bytes are not those whose digests are stored.</param>
    public byte[] Finish(out bool isDamaged)
    {
        byte[] digest = _hash.GetHashAndReset();
        isDamaged = false;
        long nowNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        bool isUnchanged = Offset == _status.Size
            && nowNs - _status.ChangedNs >= HotFiles.ClockStepNs
            && !Device.Status(_file, out FileStatus now).IsError && now.IsSameAs(_status);
        if (!isUnchanged)
        {
            return digest;
        }
        isDamaged = _stored != null && (_stored.Crc32C != _crc.Value
            || (_isMd5 && _stored.Md5 != null && !_stored.Md5.AsSpan().SequenceEqual(digest)));
        if (_isMd5 && !isDamaged && _stored?.Md5 == null && !Device.IsReadOnly)
        {
            // Without it the next who asks has the file read again; that is all.
            FileDigests.Save(Device, _file, new StoredDigest(Offset, _status.ModifiedNs, _crc.Value, digest));
        }
        return digest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
    }
}
