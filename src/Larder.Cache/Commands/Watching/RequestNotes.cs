using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Store;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// What a thread tells of the requests that it executes, to watchers, <c>stats detail</c> and <c>stats hotkeys</c>;
/// called only while somebody wants to know. What an item looks like is found by a look of its own, so that the
/// commands need not collect it for the rare time that somebody watches. Owned by the thread.
/// </summary>
internal sealed class RequestNotes
{
    private readonly LogRing _ring;
    private readonly WatchLog _watches;
    private readonly PrefixStats _prefixes;

    // owner: the thread; of the item that the last look has found
    private byte _sizeClass;
    private int _size;

    public RequestNotes(CacheEngine engine)
    {
        _ring = engine.Watches.AddRing();
        _watches = engine.Watches;
        _prefixes = engine.Prefixes;
        Transcript = new TranscriptNotes(_watches, _ring);
    }

    /// <summary>What -vv shows, in the order of the other events of this thread.</summary>
    public TranscriptNotes Transcript { get; }

    /// <summary>A get (gat, mg) has ended so.</summary>
    public void Got(CacheThread thread, ReadOnlySpan<byte> key, ulong hash, FindStatus status)
    {
        if ((thread.Watched & WatchKinds.Prefixes) != 0)
        {
            _prefixes.Get(key, status == FindStatus.Hit);
        }
        if ((thread.Watched & WatchKinds.Sampled) != 0 && status == FindStatus.Hit)
        {
            Measure(thread.Store, key, hash);
            thread.HotKeys.NoteBytes(key, hash, _size, thread.Clock.Now);
        }
        Looked(thread, key, hash, status);
    }

    /// <summary>A command that is no get has looked an item up, and it has ended so.</summary>
    public void Looked(CacheThread thread, ReadOnlySpan<byte> key, ulong hash, FindStatus status)
    {
        Sample(thread, key, hash);
        if ((thread.Watched & WatchKinds.Lookups) != 0)
        {
            Transcript.Looked(thread, key, status == FindStatus.Hit);
        }
        if ((thread.Watched & WatchKinds.Fetchers) != 0)
        {
            _sizeClass = 0;
            _size = 0;
            if (status == FindStatus.Hit)
            {
                Measure(thread.Store, key, hash);
            }
            WriteFetch(thread, key, status);
        }
    }

    /// <summary>A command that may change an item is about to look it up.</summary>
    public void Looks(CacheThread thread, ReadOnlySpan<byte> key, ulong hash)
    {
        Sample(thread, key, hash);
        if ((thread.Watched & (WatchKinds.Fetchers | WatchKinds.Deletions | WatchKinds.Lookups)) == 0)
        {
            return;
        }
        FindStatus status = Measure(thread.Store, key, hash);
        if ((thread.Watched & WatchKinds.Lookups) != 0)
        {
            Transcript.Looked(thread, key, status == FindStatus.Hit);
        }
        if ((thread.Watched & WatchKinds.Fetchers) != 0)
        {
            WriteFetch(thread, key, status);
        }
    }

    /// <summary>A storage command has ended so.</summary>
    public void Stored(CacheThread thread, ReadOnlySpan<byte> key, int valueLength, in StoreRequest request,
        in StoreResult result)
    {
        if ((thread.Watched & WatchKinds.Prefixes) != 0)
        {
            _prefixes.Set(key);
        }
        if ((thread.Watched & WatchKinds.Sampled) != 0)
        {
            thread.HotKeys.NoteBytes(key, thread.Store.Hash(key), valueLength, thread.Clock.Now);
        }
        if ((thread.Watched & WatchKinds.Mutations) != 0)
        {
            bool isJoined = request.Mode is StoreMode.Append or StoreMode.Prepend
                && result.Status == StoreStatus.Stored;
            int size = isJoined ? (int)result.ValueLength : valueLength;
            var entry = new LogEntry
            {
                Line = LogLine.ItemStore,
                Status = (byte)result.Status,
                Command = (byte)request.Mode,
                Ttl = request.Expiry == 0 ? 0 : (long)request.Expiry - thread.Clock.Now,
                SizeClass = (byte)thread.Store.Classes.ClassOf(key.Length, size, request.ClientFlags),
                Size = size,
            };
            Write(thread, ref entry, key);
        }
        _watches.Written(_ring);
    }

    /// <summary>A deletion, announced by <see cref="Looks"/>, has ended so.</summary>
    public void Deleted(CacheThread thread, ReadOnlySpan<byte> key, bool isMeta, DeleteStatus status)
    {
        if ((thread.Watched & WatchKinds.Prefixes) != 0)
        {
            _prefixes.Delete(key);
        }
        if ((thread.Watched & WatchKinds.Deletions) != 0 && status == DeleteStatus.Deleted)
        {
            var entry = new LogEntry
            {
                Line = LogLine.Deleted,
                Command = isMeta ? (byte)1 : (byte)0,
                SizeClass = _sizeClass,
                Size = _size,
            };
            Write(thread, ref entry, key);
        }
    }

    /// <summary>A request line was executed, with or without the data behind it.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="line">Without its end.</param>
    /// <param name="bytes">Bytes of all that was used.</param>
    public void Executed(CacheThread thread, ReadOnlySpan<byte> line, int bytes)
    {
        if ((thread.Watched & WatchKinds.Timed) != 0)
        {
            TextTokens words = new(line);
            words.TryNext(out ReadOnlySpan<byte> command);
            words.TryNext(out ReadOnlySpan<byte> key);
            thread.Slow.Ended(thread, command, key, bytes);
        }
        if ((thread.Watched & WatchKinds.RawCommands) != 0)
        {
            var entry = new LogEntry { Line = LogLine.RawCommand };
            Write(thread, ref entry, line);
        }
    }

    private static void Sample(CacheThread thread, ReadOnlySpan<byte> key, ulong hash)
    {
        if ((thread.Watched & WatchKinds.Sampled) != 0)
        {
            thread.HotKeys.NoteRequest(key, hash, thread.Clock.Now);
        }
    }

    private FindStatus Measure(ItemStore store, ReadOnlySpan<byte> key, ulong hash)
    {
        var scale = default(Scale);
        FindStatus status = store.Find(key, hash, ref scale, FindOptions.NoBump);
        _sizeClass = scale.SizeClass;
        _size = scale.Size;
        return status;
    }

    private void WriteFetch(CacheThread thread, ReadOnlySpan<byte> key, FindStatus status)
    {
        var entry = new LogEntry
        {
            Line = LogLine.ItemGet,
            Status = (byte)status,
            SizeClass = _sizeClass,
            Size = _size,
        };
        Write(thread, ref entry, key);
    }

    private void Write(CacheThread thread, ref LogEntry entry, ReadOnlySpan<byte> text)
    {
        entry.Descriptor = thread.Connection.Descriptor;
        _watches.Stamp(ref entry);
        _ring.Write(ref entry, text);
        _watches.Written(_ring);
    }

    private struct Scale : IItemReader
    {
        public byte SizeClass;
        public int Size;

        public void Read(scoped ItemView item)
        {
            SizeClass = (byte)item.SizeClass;
            Size = item.ValueLength;
        }
    }
}
