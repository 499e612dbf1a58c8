using Larder.Objects.Devices;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>
/// A PUT whose body is coming: how it is framed, what it is to become, how far its end has come. Part of a connection,
/// used again for each PUT.
/// </summary>
internal sealed class Receiving
{
    private readonly byte[] _md5 = new byte[HttpMd5.DigestLength];
    private ChunkedReader _chunks;
    private bool _isChunked;
    private bool _hasMd5;
    private bool _wantsMd5; // in a trailer, since it was announced
    private long _left;

    /// <summary>Where it goes.</summary>
    public Device? Device { get; private set; }

    /// <summary>The whole path, as files are remembered by it.</summary>
    public byte[] Key { get; private set; } = [];

    /// <summary>The file; null when nothing is being received.</summary>
    public IUpload? Upload { get; private set; }

    /// <summary>How far the end has come.</summary>
    public FinishStep Step { get; set; }

    /// <summary>What was wrong with the chunks.</summary>
    public HttpStatus Error => _chunks.Error;

    /// <summary>The head of a request that demands something of the object as it is; empty for others.</summary>
    public byte[] ConditionalHead { get; private set; } = [];

    /// <summary>Whether nothing may have the name when it is given.</summary>
    public bool WantsNothingThere { get; private set; }

    /// <summary>Whether a request brings an MD5 of its body, or may: any chunked one, in a trailer.</summary>
    public static bool BringsMd5(in HttpRequest request) => !request.ContentMd5.IsEmpty || request.IsChunked;

    /// <summary>Begins with a body.</summary>
    public void Begin(
        in HttpRequest request, ReadOnlySpan<byte> head, Device device, ReadOnlySpan<byte> key, IUpload upload)
    {
        Device = device;
        Key = key.ToArray();
        Upload = upload;
        Step = FinishStep.Seal;
        _isChunked = request.IsChunked;
        _chunks = default;
        _left = Math.Max(request.ContentLength, 0);
        _hasMd5 = !request.ContentMd5.IsEmpty && HttpMd5.TryDecode(request.ContentMd5, _md5);
        _wantsMd5 = request.IsChunked && request.AnnouncesMd5;
        ConditionalHead = Preconditions.AreIn(request) ? head.ToArray() : [];
        WantsNothingThere = Preconditions.WantNothingThere(request);
    }

    /// <summary>Finds the next piece of the body.</summary>
    /// <param name="input">What has been received.</param>
    /// <param name="consumed">Bytes of it that are done with when the piece is.</param>
    /// <param name="piece">May be empty.</param>
    /// <returns>Complete when the body ends with the piece, Failed with <see cref="Error"/>.</returns>
    public ChunkedStatus Next(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> piece)
    {
        if (_isChunked)
        {
            return _chunks.Read(input, out consumed, out piece);
        }
        consumed = (int)Math.Min(_left, input.Length);
        piece = input[..consumed];
        _left -= consumed;
        return _left == 0 ? ChunkedStatus.Complete : consumed > 0 ? ChunkedStatus.Data : ChunkedStatus.Incomplete;
    }

    /// <summary>Whether the body has the MD5 that was said of it, if one was.</summary>
    public bool HasRightMd5()
    {
        if (_hasMd5 && !Upload!.HasMd5(_md5))
        {
            return false;
        }
        return _isChunked && _chunks.TryGetContentMd5(_md5) ? Upload!.HasMd5(_md5) : !_wantsMd5;
    }

    /// <summary>Takes back what is not published; needs no slot.</summary>
    public void End()
    {
        if (Upload != null)
        {
            Device!.Close(Upload);
        }
        Upload = null;
        Device = null;
    }
}
