namespace Larder.Cache.Store;

/// <summary>How incr, decr or <c>ma</c> ended.</summary>
public enum ArithmeticStatus
{
    /// <summary>The item holds the new number.</summary>
    Done,

    /// <summary>There was no item, and now there is one with the initial value.</summary>
    Created,

    /// <summary>There is no item.</summary>
    NotFound,

    /// <summary>The item's CAS token is another one.</summary>
    Exists,

    /// <summary>The value is not a decimal number of 64 bits (at most 20 characters).</summary>
    NonNumeric,

    /// <summary>The longer number needs a new item and there is no room for it.</summary>
    NoMemory,
}
