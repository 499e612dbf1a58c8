using System.Buffers.Binary;
using Larder.Client;
using Microsoft.Extensions.Caching.Distributed;

namespace Larder.Extensions.Caching.Distributed;

/// <summary>
/// How long an entry lives, as an item carries it. The sliding span stands in the client flags, so that a read without
/// the value knows it; the moment at which it ends whatever happens stands before the value, so that a renewal that was
/// wrong can be taken back:
/// <code>
/// client flags   bits 0 to 27  sliding span in seconds, 0 for none
///                bit 28        the value begins with 8 bytes: end, unix milliseconds, little-endian
/// </code>
/// An entry that lives for ever is the bytes of the value alone, with client flags 0, as any other client stores them.
/// </summary>
internal readonly record struct EntryTimes
{
    /// <summary>The bytes before the value, where bit 28 is set.</summary>
    public const int EndBytes = 8;

    private const uint SpanMask = (1u << 28) - 1;
    private const uint HasEndFlag = 1u << 28;

    private EntryTimes(int slidingSeconds, long endMs)
    {
        SlidingSeconds = slidingSeconds;
        EndMs = endMs;
    }

    /// <summary>The sliding span, 0 for none.</summary>
    public int SlidingSeconds { get; }

    /// <summary>Unix milliseconds at which the entry ends, 0 for never.</summary>
    public long EndMs { get; }

    /// <summary>Whether the end stands before the value.</summary>
    public bool HasEnd => EndMs > 0;

    /// <summary>The item's client flags.</summary>
    public uint ClientFlags => (uint)SlidingSeconds | (HasEnd ? HasEndFlag : 0);

    /// <summary>What the caller asked for; no options mean for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The end has passed, or a span is longer than eight
    /// years.</exception>
    public static EntryTimes Of(DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        long endMs = 0;
        if (options.AbsoluteExpirationRelativeToNow is { } time)
            endMs = (now + time).ToUnixTimeMilliseconds();
        else if (options.AbsoluteExpiration is { } moment)
            endMs = moment.ToUnixTimeMilliseconds();
        if (endMs != 0 && endMs <= now.ToUnixTimeMilliseconds())
            throw new ArgumentOutOfRangeException(nameof(options), "the absolute expiration has passed");
        double seconds = Math.Ceiling(options.SlidingExpiration?.TotalSeconds ?? 0);
        if (seconds > SpanMask)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"a sliding expiration is at most {SpanMask} seconds");
        }
        return new((int)seconds, endMs);
    }

    /// <summary>Reads what an item carries; false where its value is too short for what its flags say.</summary>
    public static bool TryRead(uint clientFlags, ReadOnlySpan<byte> value, out EntryTimes times, out int valueAt)
    {
        bool hasEnd = (clientFlags & HasEndFlag) != 0;
        valueAt = hasEnd ? EndBytes : 0;
        bool good = value.Length >= valueAt;
        long endMs = hasEnd && good ? BinaryPrimitives.ReadInt64LittleEndian(value) : 0;
        times = new(SlidingSecondsOf(clientFlags), endMs);
        return good;
    }

    /// <summary>The sliding span alone.</summary>
    public static int SlidingSecondsOf(uint clientFlags) => (int)(clientFlags & SpanMask);

    /// <summary>Writes what stands before the value.</summary>
    public void WriteEnd(Span<byte> before) => BinaryPrimitives.WriteInt64LittleEndian(before, EndMs);

    /// <summary>Whether it is over, though the server may still have it.</summary>
    public bool IsOver(DateTimeOffset now) => EndMs != 0 && EndMs <= now.ToUnixTimeMilliseconds();

    /// <summary>The seconds that the item gets when it is stored or read at this moment; 0 for ever.</summary>
    public int SecondsFrom(DateTimeOffset now)
    {
        if (EndMs == 0) return SlidingSeconds;
        long left = Math.Max(1, (EndMs - now.ToUnixTimeMilliseconds() + 999) / 1000);
        int seconds = (int)Math.Min(left, int.MaxValue);
        return SlidingSeconds > 0 ? Math.Min(seconds, SlidingSeconds) : seconds;
    }

    /// <summary>The same as the client's expiry.</summary>
    public CacheExpiry ExpiryFrom(DateTimeOffset now) =>
        SecondsFrom(now) is var seconds and > 0 ? CacheExpiry.After(TimeSpan.FromSeconds(seconds)) : CacheExpiry.Never;
}
