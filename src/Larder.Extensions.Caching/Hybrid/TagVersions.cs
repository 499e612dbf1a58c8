using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Larder.Client;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// The versions of tags: a random number on the servers for each. An entry is valid while its tags have the versions
/// that they had before it was made; a tag is removed by giving it another one, and one that the servers have
/// forgotten gets another one as well. No clock is compared with another machine's. Any thread.
/// </summary>
internal sealed class TagVersions
{
    /// <summary>The tag of all entries; removing it removes them all.</summary>
    public const string All = "";

    /// <summary>
    /// The version of a tag whose server has not answered yet. Entries made under it are valid until it does.
    /// </summary>
    private const ulong Unknown = 0;

    /// <summary>Tags remembered here: a bound on memory, and beyond it all are asked for again.</summary>
    private const int RememberedMax = 16 * 1024;

    private readonly CacheClient _client;
    private readonly LarderHybridCacheOptions _options;
    private readonly ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    public TagVersions(CacheClient client, LarderHybridCacheOptions options)
    {
        _client = client;
        _options = options;
    }

    /// <summary>The versions that an entry with these tags is made under.</summary>
    public async ValueTask<TagMark[]> MarksAsync(IEnumerable<string>? tags, CancellationToken token)
    {
        List<string> names = [All];
        foreach (string tag in tags ?? [])
        {
            ArgumentException.ThrowIfNullOrEmpty(tag, nameof(tags));
            if (!names.Contains(tag)) names.Add(tag);
        }
        if (names.Count > StoredEntry.TagsMax + 1)
            throw new ArgumentException($"an entry has at most {StoredEntry.TagsMax} tags", nameof(tags));
        TagMark[] marks = new TagMark[names.Count];
        for (int index = 0; index < marks.Length; index++)
            marks[index] = new(names[index], await FindAsync(names[index], token).ConfigureAwait(false));
        return marks;
    }

    /// <summary>Whether the marks still hold, where that is known without asking.</summary>
    public bool? HoldNow(ReadOnlySpan<TagMark> marks)
    {
        foreach (TagMark mark in marks)
        {
            if (!TryRecall(mark.Tag, out ulong version)) return null;
            if (version != mark.Version) return false;
        }
        return true;
    }

    /// <summary>Whether the marks still hold.</summary>
    public async ValueTask<bool> HoldAsync(TagMark[] marks, CancellationToken token)
    {
        foreach (TagMark mark in marks)
        {
            ulong version = await FindAsync(mark.Tag, token).ConfigureAwait(false);
            if (version != mark.Version) return false;
        }
        return true;
    }

    /// <summary>Makes all entries with the tag invalid.</summary>
    public async ValueTask RemoveAsync(string tag, CancellationToken token)
    {
        ulong version = NewVersion();
        await _client.SetAsync(KeyOf(tag), BytesOf(version), CacheExpiry.Never, token).ConfigureAwait(false);
        Remember(tag, version);
    }

    private static ulong NewVersion()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }

    private static byte[] BytesOf(ulong version)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, version);
        return bytes;
    }

    private string KeyOf(string tag) => $"{_options.KeyPrefix}tag:{tag}";

    private bool TryRecall(string tag, out ulong version)
    {
        bool known = _seen.TryGetValue(tag, out Seen seen)
            && _options.Clock.GetElapsedTime(seen.Timestamp) < _options.TagAgeMax;
        version = seen.Version;
        return known;
    }

    private void Remember(string tag, ulong version)
    {
        if (_seen.Count >= RememberedMax) _seen.Clear();
        _seen[tag] = new(version, _options.Clock.GetTimestamp());
    }

    private async ValueTask<ulong> FindAsync(string tag, CancellationToken token)
    {
        if (TryRecall(tag, out ulong known)) return known;
        ulong version = await ReadAsync(tag, token).ConfigureAwait(false)
            ?? await AddAsync(tag, token).ConfigureAwait(false);

        // While its server does not answer a tag stays what it was: the process goes on with what it keeps of its own.
        if (version == Unknown && _seen.TryGetValue(tag, out Seen last)) version = last.Version;
        Remember(tag, version);
        return version;
    }

    /// <summary>The version on the server; null when it has none.</summary>
    private async ValueTask<ulong?> ReadAsync(string tag, CancellationToken token)
    {
        using CacheValue item = await _client.TryGetAsync(KeyOf(tag), token).ConfigureAwait(false);
        if (item.IsHit && item.Span.Length == sizeof(ulong)) return BinaryPrimitives.ReadUInt64LittleEndian(item.Span);
        return item.Result.IsError ? Unknown : null;
    }

    private async ValueTask<ulong> AddAsync(string tag, CancellationToken token)
    {
        ulong version = NewVersion();
        StoreRequest request = new(KeyOf(tag), BytesOf(version)) { Mode = StoreMode.Add };
        CacheResult result = await _client.TryStoreAsync(request, token).ConfigureAwait(false);
        if (result.IsSuccess) return version;
        return result.Status == CacheStatus.NotStored
            ? await ReadAsync(tag, token).ConfigureAwait(false) ?? Unknown
            : Unknown;
    }

    private readonly record struct Seen(ulong Version, long Timestamp);
}
