namespace Larder.Cache.Commands;

/// <summary>
/// Keys to be looked up by a <see cref="LookupPipeline"/>: where they come from and how they are answered.
/// </summary>
internal interface ILookups
{
    /// <summary>Reads and hashes the next key.</summary>
    /// <param name="place">Where to note it, below <see cref="HashBatch.LengthMax"/>.</param>
    /// <param name="hash">Its hash.</param>
    /// <returns>False when there is none; it is not asked again.</returns>
    bool TryRead(int place, out ulong hash);

    /// <summary>Answers the first key that was read and is not answered yet.</summary>
    /// <param name="place">Where it was noted.</param>
    /// <param name="hash">Its hash.</param>
    /// <returns>False when output or turn is spent: the key is not answered, and no other will be.</returns>
    bool TryAnswer(int place, ulong hash);
}
