using Larder.Cache.Commands;

namespace Larder.Cache.Serving;

/// <summary>
/// A storage request that would keep its thread for long: it is executed in steps, one in each turn of its connection,
/// so that the others have theirs. What the client sends meanwhile waits.
/// </summary>
internal abstract class StoreWork : LongAnswer;
