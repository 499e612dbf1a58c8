using System.Runtime.CompilerServices;
using Larder.Cache.Store;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Looks ahead in a buffer of pipelined storage commands and asks for the index lines and the old items that they will
/// meet, so that the cache misses of many overlap. It changes nothing: the commands are read and executed afterwards,
/// one by one, as if nobody had looked.
/// </summary>
internal static class WriteAhead
{
    /// <summary>True for a line behind which others may be looked at.</summary>
    public static bool CanBegin(scoped in TextRequest request)
        => request.Error == RequestError.None
        && request.Command is TextCommand.MetaSet or (>= TextCommand.Set and <= TextCommand.Cas);

    /// <summary>Looks at the storage commands that begin <paramref name="input"/>, as far as they are whole.</summary>
    /// <returns>The bytes looked at: up to there nobody need look again.</returns>
    [SkipLocalsInit]
    public static int Look(ItemStore store, scoped in TextRequest first, ReadOnlySpan<byte> input)
    {
        Unsafe.SkipInit(out HashBatch hashes);
        TextRequest request = first;
        int at = 0;
        int count = 0;
        do
        {
            if (!TryMeasure(in request, out ReadOnlySpan<byte> key, out int valueLength))
            {
                break;
            }
            ulong hash = store.Hash(key);
            hashes[count++] = hash;
            store.Prefetch(hashes, count, count - 1);
            long end = (long)at + request.LineLength + valueLength + TextReplies.LineEnd.Length;
            if (end >= input.Length)
            {
                at = input.Length;
                break;
            }
            at = (int)end;
        }
        while (count < HashBatch.LengthMax
            && TextRequestReader.Read(input[at..], ref request) == ParseStatus.Complete
            && CanBegin(in request));
        store.PrefetchRest(hashes, count);
        return at;
    }

    private static bool TryMeasure(scoped in TextRequest request, out ReadOnlySpan<byte> key, out int valueLength)
    {
        key = request.Key;
        valueLength = request.ValueLength;
        return request.Command == TextCommand.MetaSet
            ? TryMeasureMeta(request.Line, out key, out valueLength)
            : KeyRules.IsValidLength(key.Length);
    }

    /// <summary>"ms KEY LENGTH ...", as clients write it; whatever looks otherwise is not looked at.</summary>
    private static bool TryMeasureMeta(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> key, out int valueLength)
    {
        const int KeyStart = 3;
        key = default;
        valueLength = 0;
        if (line.Length <= KeyStart)
        {
            return false;
        }
        line = line[KeyStart..];
        int end = line.IndexOf((byte)' ');
        if (!KeyRules.IsValidLength(end))
        {
            return false;
        }
        key = line[..end];
        line = line[(end + 1)..];
        end = line.IndexOf((byte)' ');
        return NumberReader.TryReadLength(end < 0 ? line : line[..end], out valueLength);
    }
}
