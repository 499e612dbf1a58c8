using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>mg, and me which looks at an item without touching it.</summary>
internal static class MetaGets
{
    /// <summary>mg key flags*; the hash is the store's hash of the key.</summary>
    public static void Get(CacheThread thread, scoped in MetaRequest request, ulong hash)
    {
        const MetaFlags Changing = MetaFlags.Ttl | MetaFlags.Vivify | MetaFlags.Recache;
        FindOptions options = request.Has(MetaFlags.NoBump) ? FindOptions.NoBump : FindOptions.None;
        var reader = new MetaGetReader(thread.Output, in request, thread.Clock);
        if (request.Has(Changing))
        {
            GetByEdit(thread, in request, hash, reader, options);
            return;
        }
        FindStatus status = thread.Store.Find(request.Key, hash, ref reader, options);
        if (status == FindStatus.Hit && reader.NeedsEdit)
        {
            GetByEdit(thread, in request, hash, reader, FindOptions.NoBump);
            return;
        }
        ClassicReads.CountGet(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Got(thread, request.Key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            reader.Append();
        }
        else
        {
            Miss(thread, in request);
        }
    }

    /// <summary>me key [b].</summary>
    public static void Debug(CacheThread thread, scoped in MetaRequest request)
    {
        thread.Counters.MetaDebugCommands++;
        var reader = new MetaDebugReader(thread.Output, thread.Clock, request.Has(MetaFlags.Base64Key));
        ulong hash = thread.Store.Hash(request.Key);
        FindStatus status = thread.Store.Find(request.Key, hash, ref reader, FindOptions.NoBump);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looked(thread, request.Key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            reader.Append();
        }
        else
        {
            thread.Output.Write(TextReplies.MetaMiss);
        }
    }

    private static void GetByEdit(
        CacheThread thread, scoped in MetaRequest request, ulong hash, MetaGetReader reader, FindOptions options)
    {
        var editor = new MetaGetEditor(reader, in request, thread.Clock, created: false);
        FindStatus status = thread.Store.Edit(request.Key, hash, ref editor, options);
        if (request.Has(MetaFlags.Ttl))
        {
            ClassicReads.CountGetAndTouch(thread.Counters, status);
        }
        else
        {
            ClassicReads.CountGet(thread.Counters, status);
        }
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Got(thread, request.Key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            editor.Append();
        }
        else if (!request.Has(MetaFlags.Vivify))
        {
            Miss(thread, in request);
        }
        else
        {
            Vivify(thread, in request, hash, reader);
        }
    }

    /// <summary>Makes an empty item whose first reader, this one, has won the right to fill it.</summary>
    private static void Vivify(CacheThread thread, scoped in MetaRequest request, ulong hash, MetaGetReader reader)
    {
        var store = new StoreRequest
        {
            Mode = StoreMode.Add,
            Expiry = thread.Clock.ExpiryOf(request.VivifyExptime),
            ExplicitCas = request.Has(MetaFlags.NewCas) ? request.NewCas : 0,
            IsKeyBinary = request.Has(MetaFlags.Base64Key),
        };
        StoreResult result = thread.Store.Store(request.Key, hash, default, in store);
        if (result.Status is StoreStatus.NoMemory or StoreStatus.TooLarge)
        {
            thread.Counters.StoreNoMemory++;
            thread.Output.Write(TextReplies.OutOfMemory);
            return;
        }
        // NotStored: another thread made it between our two looks, and has won it.
        var editor = new MetaGetEditor(reader, in request, thread.Clock, result.Status == StoreStatus.Stored);
        if (thread.Store.Edit(request.Key, hash, ref editor, FindOptions.NoBump) == FindStatus.Hit)
        {
            editor.Append();
        }
        else
        {
            Miss(thread, in request);
        }
    }

    private static void Miss(CacheThread thread, scoped in MetaRequest request)
    {
        if (!request.IsQuiet)
        {
            MetaReply.Write(thread, in request, TextReplies.MetaMiss);
        }
    }
}
