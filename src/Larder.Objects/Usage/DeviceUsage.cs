using System.Text;
using Larder.Events.Files;
using Larder.Objects.Devices;
using Larder.Protocol.Mogile;

namespace Larder.Objects.Usage;

/// <summary>
/// How full a device is, in memory: measured by the device's own thread, and following at once what is stored and
/// removed in between. Any thread; nobody who asks touches the disk.
/// </summary>
public sealed class DeviceUsage
{
    /// <summary>
    /// Figures that were not measured again for so long are not told any more: the disk hangs, and a tracker that gets
    /// no usage stores elsewhere.
    /// </summary>
    internal const int FreshMs = 30_000;

    private readonly Lock _lock = new();
    private SpaceStatus _space; // owner: _lock
    private long _measuredMs;   // owner: _lock; the time of the last measuring
    private bool _isKnown;      // owner: _lock
    private volatile DeviceMount _mount = DeviceMount.Unknown;

    /// <summary>What the device lies on.</summary>
    internal DeviceMount Mount
    {
        get => _mount;
        set => _mount = value;
    }

    /// <summary>The room of the device now.</summary>
    /// <returns>False when it was never measured, could not be measured last, or not for too long.</returns>
    public bool TryGet(out SpaceStatus space) => TryGet(Environment.TickCount64, out space);

    /// <summary>Notes bytes of the disk that were taken, or, below 0, given back.</summary>
    public void Add(long bytes)
    {
        lock (_lock)
        {
            long free = Math.Clamp(_space.Free - bytes, 0, _space.Total);
            long available = Math.Clamp(_space.Available - bytes, 0, free);
            _space = _space with { Free = free, Available = available };
        }
    }

    /// <summary>Notes what the file system says.</summary>
    internal void Measured(in SpaceStatus space, long nowMs)
    {
        lock (_lock)
        {
            _space = space;
            _measuredMs = nowMs;
            _isKnown = true;
        }
    }

    /// <summary>Notes that the file system could not be asked.</summary>
    internal void Failed()
    {
        lock (_lock)
        {
            _isKnown = false;
        }
    }

    /// <inheritdoc cref="TryGet(out SpaceStatus)"/>
    internal bool TryGet(long nowMs, out SpaceStatus space)
    {
        lock (_lock)
        {
            space = _space;
            return _isKnown && nowMs - _measuredMs < FreshMs;
        }
    }

    /// <summary>The usage file of this moment, or null when nothing is known.</summary>
    /// <param name="disk">The device's folder.</param>
    /// <param name="writes">Whether anything is stored: if not, a line behind the seven says so.</param>
    /// <param name="trouble">Why it is out of service, which another line says.</param>
    internal byte[]? Text(string disk, WriteVerdict writes, DeviceTrouble trouble)
    {
        if (!TryGet(out SpaceStatus space))
        {
            return null;
        }
        var figures = UsageFigures.Of((ulong)space.Total, (ulong)space.Free, (ulong)space.Available, 1);
        byte[] source = Encoding.UTF8.GetBytes(Mount.Source);
        byte[] folder = Encoding.UTF8.GetBytes(disk);
        byte[] text = new byte[UsageFile.Overhead + (2 * UsageFile.StateLengthMax) + source.Length + folder.Length];
        int length = UsageFile.Write(text, figures, source, folder, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        if (writes != WriteVerdict.Accepted)
        {
            ReadOnlySpan<byte> state = writes == WriteVerdict.ReadOnly ? "readonly"u8 : "failing"u8;
            length += UsageFile.WriteState(text.AsSpan(length), state);
        }
        if (trouble != DeviceTrouble.None)
        {
            length += UsageFile.WriteTrouble(text.AsSpan(length), WordOf(trouble));
        }
        return text[..length];
    }

    private static ReadOnlySpan<byte> WordOf(DeviceTrouble trouble) => trouble switch
    {
        DeviceTrouble.Errors => "errors"u8,
        DeviceTrouble.Lost => "lost"u8,
        DeviceTrouble.Hanging => "hanging"u8,
        _ => "slow"u8,
    };
}
