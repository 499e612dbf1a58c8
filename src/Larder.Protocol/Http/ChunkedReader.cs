namespace Larder.Protocol.Http;

/// <summary>
/// Reads a body in chunks, however it is cut: hands out the pieces of the body where they stand in the input, and keeps
/// nothing of it but a Content-MD5 of the trailers. A plain value that belongs to its connection; <c>default</c> is the
/// beginning of a body.
/// </summary>
/// <remarks>
/// <code>
/// body    = *( size [ext] CR LF 1*OCTET CR LF ) 1*"0" [ext] CR LF *( trailer CR LF ) CR LF    ; RFC 9112, section 7.1
/// size    = 1*16HEXDIG
/// ext     = *( SP / HTAB ) ";" *( character )                                                  ; ignored
/// trailer = token ":" value
/// </code>
/// A lone CR or LF, a sign, white space before the size, folded trailers and control characters are refused, as are
/// extensions and trailers beyond their bounds; cmogstored reads extensions of any length.
/// </remarks>
public struct ChunkedReader
{
    /// <summary>Bytes of one chunk's extensions: ten times a chunk signature of Amazon's.</summary>
    public const int ExtensionLengthMax = 1024;

    /// <summary>Bytes of all trailers with the empty line (cmogstored: as for a head).</summary>
    public const int TrailerLengthMax = HttpLimits.HeadLengthMaxDefault;

    private const int SizeDigitsMax = 16;

    private ulong _size;
    private long _remaining;
    private int _count;
    private ChunkedState _state;
    private HttpMd5Text _text;
    private byte _textLength;
    private byte _nameMatched;
    private bool _isMd5;
    private bool _textEnded;

    private static ReadOnlySpan<byte> Md5Name => "content-md5"u8;

    /// <summary>
    /// What is wrong, when the status is Failed: BadRequest, or InsufficientStorage for a size above 2^63-1.
    /// </summary>
    public HttpStatus Error { get; private set; }

    /// <summary>Bytes of the body that have been announced by sizes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the current chunk that are still to come.</summary>
    public readonly long Remaining => _remaining;

    /// <summary>Whether the trailers brought a Content-MD5.</summary>
    public bool HasContentMd5 { get; private set; }

    /// <summary>Copies the digest of the trailers.</summary>
    /// <param name="digest">At least <see cref="HttpMd5.DigestLength"/> bytes.</param>
    /// <returns>False when there is none.</returns>
    public readonly bool TryGetContentMd5(Span<byte> digest) => HasContentMd5 && HttpMd5.TryDecode(_text, digest);

    /// <summary>Reads on.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="consumed">Bytes of the input that are done with, the data among them.</param>
    /// <param name="data">A piece of the body, with Data never empty; borrows the input.</param>
    /// <returns>What was found. Complete and Failed stay.</returns>
    public ChunkedStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        data = default;
        consumed = 0;
        while (_state < ChunkedState.Complete && consumed < input.Length)
        {
            if (_state == ChunkedState.Data)
            {
                int length = (int)Math.Min(_remaining, input.Length - consumed);
                data = input.Slice(consumed, length);
                consumed += length;
                _remaining -= length;
                if (_remaining == 0)
                    _state = ChunkedState.DataReturn;
                return ChunkedStatus.Data;
            }
            Step(input[consumed++]);
        }
        return _state switch
        {
            ChunkedState.Complete => ChunkedStatus.Complete,
            ChunkedState.Failed => ChunkedStatus.Failed,
            _ => ChunkedStatus.Incomplete,
        };
    }

    private void Step(byte next) => _state = _state switch
    {
        ChunkedState.FirstDigit => char.IsAsciiHexDigit((char)next) ? StepDigits(next) : Fail(),
        ChunkedState.Digits => StepDigits(next),
        ChunkedState.SpaceBehindSize or ChunkedState.Extension => StepExtension(next),
        ChunkedState.SizeLineFeed => next == '\n' ? BeginChunk() : Fail(),
        ChunkedState.DataReturn => next == '\r' ? ChunkedState.DataLineFeed : Fail(),
        ChunkedState.DataLineFeed => next == '\n' ? ChunkedState.FirstDigit : Fail(),
        ChunkedState.EndLineFeed => next == '\n' ? ChunkedState.Complete : Fail(),
        _ => ++_count > TrailerLengthMax ? Fail() : StepTrailer(next),
    };

    private ChunkedState StepDigits(byte next)
    {
        if (char.IsAsciiHexDigit((char)next))
        {
            if (++_count > SizeDigitsMax)
                return Fail(HttpStatus.InsufficientStorage);
            _size = (_size << 4) | (uint)(next <= '9' ? next - '0' : (next | 0x20) - 'a' + 10);
            return ChunkedState.Digits;
        }
        ChunkedState state = next switch
        {
            (byte)'\r' => ChunkedState.SizeLineFeed,
            (byte)';' => ChunkedState.Extension,
            (byte)' ' or (byte)'\t' => ChunkedState.SpaceBehindSize,
            _ => ChunkedState.Failed,
        };
        if (state == ChunkedState.Failed)
            return Fail();
        if (_size > (ulong)(long.MaxValue - Length))
            return Fail(HttpStatus.InsufficientStorage);
        _count = 1;
        return state;
    }

    // White space may stand before a semicolon only (RFC 9112, section 7.1.1).
    private ChunkedState StepExtension(byte next)
    {
        if (next == '\r' && _state == ChunkedState.Extension)
            return ChunkedState.SizeLineFeed;
        if (++_count > ExtensionLengthMax || !HttpHead.IsValueCharacter(next))
            return Fail();
        if (_state == ChunkedState.Extension || next == ';')
            return ChunkedState.Extension;
        return next is (byte)' ' or (byte)'\t' ? ChunkedState.SpaceBehindSize : Fail();
    }

    private ChunkedState BeginChunk()
    {
        Length += (long)_size;
        _remaining = (long)_size;
        _size = 0;
        _count = 0;
        return _remaining == 0 ? ChunkedState.TrailerStart : ChunkedState.Data;
    }

    private ChunkedState StepTrailer(byte next)
    {
        switch (_state)
        {
            case ChunkedState.TrailerStart when next == '\r':
                // The LF behind it has its room, too.
                return _count < TrailerLengthMax ? ChunkedState.EndLineFeed : Fail();
            case ChunkedState.TrailerStart:
                _nameMatched = 0;
                _isMd5 = true;
                return next == ':' ? Fail() : StepName(next);
            case ChunkedState.TrailerName:
                return StepName(next);
            case ChunkedState.TrailerValue:
                return StepValue(next);
            default:
                return next == '\n' ? ChunkedState.TrailerStart : Fail();
        }
    }

    private ChunkedState StepName(byte next)
    {
        if (next == ':')
        {
            _isMd5 &= _nameMatched == Md5Name.Length;
            if (_isMd5 && HasContentMd5)
                return Fail();
            _textLength = _isMd5 ? (byte)0 : _textLength;
            _textEnded = false;
            return ChunkedState.TrailerValue;
        }
        if (!HttpHead.IsTokenCharacter(next))
            return Fail();
        _isMd5 = _isMd5 && _nameMatched < Md5Name.Length && (next | 0x20) == Md5Name[_nameMatched++];
        return ChunkedState.TrailerName;
    }

    private ChunkedState StepValue(byte next)
    {
        if (next == '\r')
            return !_isMd5 || TakeMd5() ? ChunkedState.TrailerLineFeed : Fail();
        if (!HttpHead.IsValueCharacter(next))
            return Fail();
        if (!_isMd5)
            return ChunkedState.TrailerValue;
        if (next is (byte)' ' or (byte)'\t')
        {
            _textEnded = _textLength > 0;
            return ChunkedState.TrailerValue;
        }
        if (_textEnded || _textLength == HttpMd5.TextLength)
            return Fail();
        _text[_textLength++] = next;
        return ChunkedState.TrailerValue;
    }

    private bool TakeMd5()
    {
        Span<byte> digest = stackalloc byte[HttpMd5.DigestLength];
        HasContentMd5 = _textLength == HttpMd5.TextLength && HttpMd5.TryDecode(_text, digest);
        return HasContentMd5;
    }

    private ChunkedState Fail(HttpStatus error = HttpStatus.BadRequest)
    {
        Error = error;
        return ChunkedState.Failed;
    }
}
