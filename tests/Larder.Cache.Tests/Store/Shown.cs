using System.Text;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>A reader that copies everything of an item.</summary>
internal struct Shown : IItemReader
{
    public string Key;
    public byte[] Value;
    public uint ClientFlags;
    public ulong Cas;
    public uint Expiry;
    public uint LastAccess;
    public bool IsFetched;
    public bool IsStale;
    public bool IsWon;
    public bool IsKeyBinary;
    public int SizeClass;
    public long VirtualSize;
    public long RecordSize;

    public readonly string Text => Encoding.Latin1.GetString(Value);

    public void Read(scoped ItemView item)
    {
        Key = Encoding.Latin1.GetString(item.Key);
        Value = item.Value.ToArray();
        RecordSize = item.RecordSize;
        ClientFlags = item.ClientFlags;
        Cas = item.Cas;
        Expiry = item.Expiry;
        LastAccess = item.LastAccess;
        IsFetched = item.IsFetched;
        IsStale = item.IsStale;
        IsWon = item.IsWon;
        IsKeyBinary = item.IsKeyBinary;
        SizeClass = item.SizeClass;
        VirtualSize = item.VirtualSize;
    }
}
