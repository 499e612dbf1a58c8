using System.Security.Cryptography;
using Larder.Events.Buffers;
using Larder.Objects.Devices;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>
/// What an answer with an object sends behind its head: nothing, all of the file, a piece, or several pieces with heads
/// of their own. Part of a connection, used again for each answer.
/// </summary>
internal sealed class Sending
{
    private readonly HttpRange[] _ranges = new HttpRange[HttpRanges.CountMaxDefault];
    private byte[] _path = [];
    private int _pathLength;
    private int _count;        // ranges of this answer
    private int _at;           // the one that is being sent
    private long _sent;        // bytes of it
    private ulong _boundary;   // 0 = one piece, without a head of its own
    private bool _headWritten; // of the piece that is being sent

    /// <summary>The file, held until <see cref="End"/>.</summary>
    public HotFile? File { get; private set; }

    /// <summary>Where it lies.</summary>
    public Device? Device { get; private set; }

    /// <summary>What was asked for, as far as <see cref="Note"/> has noted it.</summary>
    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    /// <summary>True when all is sent.</summary>
    public bool IsDone => _at == _count;

    /// <summary>The next byte of the file.</summary>
    public long Offset => _ranges[_at].First + _sent;

    /// <summary>Bytes of the piece that are left.</summary>
    public long Left => IsDone ? 0 : _ranges[_at].Length - _sent;

    /// <summary>Whether it is one piece that is at most so long.</summary>
    public bool IsSmall(int lengthMax) => IsDone || (_boundary == 0 && Left <= lengthMax);

    /// <summary>Begins an answer: with all of the file until a Range says otherwise.</summary>
    public void Begin(Device device, HotFile file)
    {
        Device = device;
        File = file;
        _boundary = 0;
        _headWritten = true;
        _at = 0;
        _sent = 0;
        _count = file.Status.Size > 0 ? 1 : 0;
        _ranges[0] = new HttpRange(0, file.Status.Size - 1);
    }

    /// <summary>Takes what a Range header asks for, and tells the head of it.</summary>
    public HttpRangeOutcome Choose(ReadOnlySpan<byte> range, ref HttpObjectHead head)
    {
        long size = File!.Status.Size;
        HttpRangeOutcome outcome = HttpRanges.Resolve(range, size, _ranges, out int count);
        if (outcome == HttpRangeOutcome.Whole)
        {
            Begin(Device!, File);
        }
        if (outcome != HttpRangeOutcome.Partial)
        {
            return outcome;
        }
        _count = count;
        head.Status = HttpStatus.PartialContent;
        head.Range = _ranges[0];
        if (count > 1)
        {
            _boundary = NewBoundary();
            _headWritten = false;
            head.Boundary = _boundary;
            head.MultipartLength = HttpMultipartWriter.Length(_ranges.AsSpan(0, count), size);
        }
        return outcome;
    }

    /// <summary>Notes what was asked for, to tell of it should the answer be cut short.</summary>
    public void Note(ReadOnlySpan<byte> path)
    {
        if (_path.Length < path.Length)
        {
            _path = new byte[path.Length];
        }
        path.CopyTo(_path);
        _pathLength = path.Length;
    }

    /// <summary>The request was HEAD, or the client's copy is good: nothing follows.</summary>
    public void SendNothing() => _at = _count;

    /// <summary>Writes the head of the piece that comes next, if it has one.</summary>
    public void WritePartHead(WriteQueue output)
    {
        if (_headWritten || IsDone)
        {
            return;
        }
        _headWritten = true;
        Span<byte> span = output.GetSpan(HttpMultipartWriter.PartHeadLengthMax);
        output.Advance(HttpMultipartWriter.WritePartHead(span, _boundary, _ranges[_at], File!.Status.Size));
    }

    /// <summary>Notes bytes that were sent; behind the last piece, writes the end of them all.</summary>
    public void Sent(long bytes, WriteQueue output)
    {
        _sent += bytes;
        if (Left > 0)
        {
            return;
        }
        _at++;
        _sent = 0;
        _headWritten = _boundary == 0;
        if (IsDone && _boundary != 0)
        {
            Span<byte> span = output.GetSpan(HttpMultipartWriter.EndLength);
            output.Advance(HttpMultipartWriter.WriteEnd(span, _boundary));
        }
    }

    /// <summary>The connection is over: lets the file go, without a slot of the device.</summary>
    public void Abandon()
    {
        if (File != null)
        {
            Device!.Close(File);
        }
        File = null;
        End();
    }

    /// <summary>Lets the file go; with a slot of the device.</summary>
    public void End()
    {
        File?.Release();
        File = null;
        Device = null;
        _count = 0;
        _at = 0;
    }

    private static ulong NewBoundary()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BitConverter.ToUInt64(random) | 1;
    }
}
