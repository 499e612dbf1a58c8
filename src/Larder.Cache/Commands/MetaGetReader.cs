using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Copies what an mg asks for into the reply. A lookup that has to change the item (a win token is to be given) only
/// says so in <see cref="NeedsEdit"/>. Nothing is appended before <see cref="Append"/>, so that it may run twice.
/// </summary>
internal ref struct MetaGetReader : IItemReader
{
    private readonly WriteQueue _output;
    private readonly MetaFlags _flags;
    private readonly MetaFlagTokens _tokens;
    private readonly ulong _compareCas;
    private readonly StoreClock _clock;
    private int _length;
    private ByteLease _lease;

    public MetaGetReader(WriteQueue output, scoped in MetaRequest request, StoreClock clock)
    {
        _output = output;
        _flags = request.Flags;
        _tokens = request.FlagTokens;
        _compareCas = request.CompareCas;
        _clock = clock;
    }

    /// <summary>The item is stale and nobody was told to recache it yet: this reader must be, by an edit.</summary>
    public bool NeedsEdit { get; private set; }

    /// <inheritdoc/>
    public void Read(scoped ItemView item)
    {
        NeedsEdit = item.IsStale && !item.IsWon;
        if (!NeedsEdit)
        {
            Copy(item, item.Expiry, won: false);
        }
    }

    /// <summary>
    /// Writes header and value; <paramref name="oldExpiry"/> is the item's time before this command's T.
    /// </summary>
    public void Copy(scoped ItemView item, uint oldExpiry, bool won)
    {
        bool withValue = Has(MetaFlags.ReturnValue) && !(Has(MetaFlags.CompareCas) && item.Cas == _compareCas);
        ReadOnlySpan<byte> value = withValue ? item.Value : default;
        bool leased = value.Length > ReplyRules.CopyMax;
        int room = leased ? 0 : value.Length + ReplyRules.LineEndLength;
        Span<byte> span = _output.GetSpan(MetaResponseWriter.HeaderLengthMax + room);
        int at = withValue
            ? MetaResponseWriter.WriteValueStart(span, item.ValueLength)
            : MetaResponseWriter.WriteStart(span, TextReplies.MetaDone);
        if (Has(MetaFlagSet.Returning))
        {
            at += WriteFlags(span[at..], item, oldExpiry);
        }
        at += WriteMarks(span[at..], item, won);
        at += MetaResponseWriter.WriteLineEnd(span[at..]);
        if (leased)
        {
            _lease = item.Lease();
        }
        else if (withValue)
        {
            at += ReplyRules.CopyValue(value, span[at..]);
        }
        _length = at;
    }

    /// <summary>After a hit: what was read becomes part of the reply.</summary>
    public readonly void Append()
    {
        _output.Advance(_length);
        if (_lease.Length > 0)
        {
            _output.WriteLease(_lease);
            _output.Write("\r\n"u8);
        }
    }

    private readonly bool Has(MetaFlags flags) => (_flags & flags) != MetaFlags.None;

    private readonly int WriteFlags(Span<byte> span, scoped ItemView item, uint oldExpiry)
    {
        int at = 0;
        uint expiry = oldExpiry;
        foreach (MetaFlagTokens flag in _tokens)
        {
            if (flag.Flag == (byte)'T')
            {
                expiry = item.Expiry; // a t behind T shows the new time, one before it the old
            }
            at += WriteFlag(span[at..], item, flag, expiry);
        }
        return at;
    }

    private readonly int WriteFlag(Span<byte> span, scoped ItemView item, MetaFlagTokens flag, uint expiry)
        => flag.Flag switch
        {
            (byte)'c' => MetaResponseWriter.WriteFlag(span, flag.Flag, item.Cas),
            (byte)'f' => MetaResponseWriter.WriteFlag(span, flag.Flag, item.ClientFlags),
            (byte)'h' => MetaResponseWriter.WriteFlag(span, flag.Flag, item.IsFetched ? 1UL : 0UL),
            (byte)'l' => MetaResponseWriter.WriteFlag(span, flag.Flag, _clock.Now - (ulong)item.LastAccess),
            (byte)'s' => MetaResponseWriter.WriteFlag(span, flag.Flag, (ulong)item.ValueLength),
            (byte)'t' => MetaResponseWriter.WriteFlagSigned(span, flag.Flag, MetaTime.SecondsLeft(_clock, expiry)),
            (byte)'k' => MetaResponseWriter.WriteKeyFlag(span, item.Key, item.IsKeyBinary),
            (byte)'O' => MetaResponseWriter.WriteFlag(span, flag.Flag, flag.Token),
            _ => 0,
        };

    private static int WriteMarks(Span<byte> span, scoped ItemView item, bool won)
    {
        int at = 0;
        if (item.IsWon && !won)
        {
            at += MetaResponseWriter.WriteFlag(span, (byte)'Z');
        }
        if (item.IsStale)
        {
            at += MetaResponseWriter.WriteFlag(span[at..], (byte)'X');
        }
        if (won)
        {
            at += MetaResponseWriter.WriteFlag(span[at..], (byte)'W');
        }
        return at;
    }
}
