using System.Buffers;
using System.Collections.Concurrent;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats detail</c>: gets, hits, sets and deletions by key prefix, which is what stands before the delimiter. Keys
/// without one are not counted. Any thread; a prefix that is known is found without a lock.
/// </summary>
/// <param name="delimiter">-D.</param>
internal sealed class PrefixStats(byte delimiter)
{
    /// <summary>Prefixes beyond these are not counted: keys come from clients (memcached has the same bound).</summary>
    public const int PrefixesMax = 65_536;

    /// <summary>A prefix, four names and four numbers.</summary>
    private const int LineLengthMax = 384;

    private readonly ConcurrentDictionary<byte[], PrefixCounts> _counts = new(PrefixComparer.Instance);
    private int _prefixes; // owner: interlocked; those in the table, and those about to be

    /// <summary>Prefixes that are counted.</summary>
    public int Count => _counts.Count;

    /// <summary>Counts a lookup.</summary>
    public void Get(ReadOnlySpan<byte> key, bool isHit)
    {
        if (CountsOf(key) is { } counts)
        {
            Interlocked.Increment(ref counts.Gets);
            if (isHit)
            {
                Interlocked.Increment(ref counts.Hits);
            }
        }
    }

    /// <summary>Counts a storage command.</summary>
    public void Set(ReadOnlySpan<byte> key)
    {
        if (CountsOf(key) is { } counts)
        {
            Interlocked.Increment(ref counts.Sets);
        }
    }

    /// <summary>Counts a deletion, successful or not.</summary>
    public void Delete(ReadOnlySpan<byte> key)
    {
        if (CountsOf(key) is { } counts)
        {
            Interlocked.Increment(ref counts.Deletes);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (byte[] prefix in _counts.Keys)
        {
            if (_counts.TryRemove(prefix, out _))
            {
                Interlocked.Decrement(ref _prefixes);
            }
        }
    }

    /// <summary>A line for each prefix, and END.</summary>
    public ReadOnlySpan<byte> Dump()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach ((byte[] prefix, PrefixCounts counts) in _counts)
        {
            var line = new LineBuilder(output.GetSpan(LineLengthMax));
            line.Text("PREFIX "u8);
            line.Text(prefix);
            line.Text(" get "u8);
            line.Signed(Volatile.Read(ref counts.Gets));
            line.Text(" hit "u8);
            line.Signed(Volatile.Read(ref counts.Hits));
            line.Text(" set "u8);
            line.Signed(Volatile.Read(ref counts.Sets));
            line.Text(" del "u8);
            line.Signed(Volatile.Read(ref counts.Deletes));
            line.Text("\r\n"u8);
            output.Advance(line.Length);
        }
        output.Write(TextReplies.End);
        return output.WrittenSpan;
    }

    /// <summary>The counts of a key's prefix; null when it has none, or there are too many.</summary>
    public PrefixCounts? CountsOf(ReadOnlySpan<byte> key)
    {
        int length = key.IndexOf(delimiter);
        if (length < 0)
        {
            return null;
        }
        ReadOnlySpan<byte> prefix = key[..length];
        var lookup = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        return lookup.TryGetValue(prefix, out PrefixCounts? counts) ? counts : Add(prefix);
    }

    private PrefixCounts? Add(ReadOnlySpan<byte> prefix)
    {
        if (Interlocked.Increment(ref _prefixes) > PrefixesMax)
        {
            Interlocked.Decrement(ref _prefixes);
            return null;
        }
        var counts = new PrefixCounts();
        byte[] name = prefix.ToArray();
        if (_counts.TryAdd(name, counts))
        {
            return counts;
        }
        Interlocked.Decrement(ref _prefixes); // another thread was first
        return _counts.GetValueOrDefault(name);
    }
}
