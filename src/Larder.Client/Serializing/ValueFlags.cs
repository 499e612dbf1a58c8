namespace Larder.Client.Serializing;

/// <summary>The client flags of typed values.</summary>
/// <remarks>
/// <code>
///   31           16 15       8 7           4 3    0
///   0x4C44 ("LD")   0          compression   form
/// </code>
/// Flags with another upper half are another client's: then nothing is unpacked. The table is part of what is stored
/// and never changes; docs/operating/client.md has it for other languages.
/// </remarks>
internal static class ValueFlags
{
    private const uint Mark = 0x4C44_0000;
    private const uint MarkMask = 0xFFFF_0000;
    private const int CompressionShift = 4;
    private const uint NibbleMask = 0xF;

    public static uint Of(ValueForm form, CacheCompression compression) =>
        Mark | ((uint)compression << CompressionShift) | (uint)form;

    public static ValueForm FormOf(uint flags) =>
        (flags & MarkMask) == Mark ? (ValueForm)(flags & NibbleMask) : ValueForm.Foreign;

    public static CacheCompression CompressionOf(uint flags) => (flags & MarkMask) == Mark
        ? (CacheCompression)((flags >> CompressionShift) & NibbleMask)
        : CacheCompression.None;
}
