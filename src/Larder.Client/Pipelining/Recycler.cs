namespace Larder.Client.Pipelining;

/// <summary>
/// Keeps used objects for the next ones: a few for each thread without a lock, the rest in a shared stack, moved by
/// the batch, since operations begin on callers' threads and end on others.
/// </summary>
/// <typeparam name="T">What is kept.</typeparam>
internal static class Recycler<T>
    where T : class
{
    private const int Batch = 32;

    /// <summary>What is over goes to the collector: the most that 16,000 concurrent callers need.</summary>
    private const int SharedMax = 16 * 1024;

    private static readonly Lock s_gate = new();
    private static readonly Stack<T> s_shared = new(); // owner: s_gate

    [ThreadStatic]
    private static Stack<T>? t_local;

    /// <summary>One that was used before, or null.</summary>
    public static T? TryTake()
    {
        Stack<T> local = t_local ??= new Stack<T>(2 * Batch);
        if (local.TryPop(out T? found)) return found;
        lock (s_gate)
        {
            for (int i = 0; i < Batch && s_shared.TryPop(out T? next); i++) local.Push(next);
        }
        return local.TryPop(out found) ? found : null;
    }

    /// <summary>Keeps one. Nobody may use it any more.</summary>
    public static void Keep(T used)
    {
        Stack<T> local = t_local ??= new Stack<T>(2 * Batch);
        local.Push(used);
        if (local.Count < 2 * Batch) return;
        lock (s_gate)
        {
            for (int i = 0; i < Batch; i++)
            {
                T next = local.Pop();
                if (s_shared.Count < SharedMax) s_shared.Push(next);
            }
        }
    }
}
