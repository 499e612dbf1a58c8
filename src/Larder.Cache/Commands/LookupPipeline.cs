using System.Runtime.CompilerServices;
using Larder.Cache.Store;

namespace Larder.Cache.Commands;

/// <summary>
/// Looks up keys that stand one behind the other in the buffer. While one key is read, the store is asked for what
/// those before it need next, and one that is far enough behind is answered: cache misses overlap with each other, with
/// the reading and with the answers, from the first key to the last.
/// </summary>
internal static class LookupPipeline
{
    /// <summary>Runs until no key is left, or one could not be answered.</summary>
    /// <param name="store">The store.</param>
    /// <param name="lookups">Who reads the keys and answers them, in the same order.</param>
    [SkipLocalsInit]
    public static void Run<TLookups>(ItemStore store, scoped ref TLookups lookups)
        where TLookups : struct, ILookups, allows ref struct
    {
        Unsafe.SkipInit(out HashBatch hashes);
        int count = 0;
        bool isMore = true;
        for (int step = 0; ; step++)
        {
            if (isMore)
            {
                isMore = lookups.TryRead(HashBatch.PlaceOf(step), out ulong hash);
                if (isMore)
                {
                    hashes[HashBatch.PlaceOf(step)] = hash;
                    count++;
                }
            }
            store.Prefetch(hashes, count, step);
            int due = step - ItemStore.PrefetchSteps;
            if (due < 0)
            {
                continue;
            }
            if (due == count || !lookups.TryAnswer(HashBatch.PlaceOf(due), hashes[HashBatch.PlaceOf(due)]))
            {
                return;
            }
        }
    }
}
