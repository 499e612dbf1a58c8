using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>An editor that changes what it is told to.</summary>
internal struct Editing : IItemEditor
{
    public uint? Expiry;
    public uint? ClientFlags;
    public bool? IsStale;
    public bool? IsWon;
    public bool RenewsCas;
    public bool Clears;
    public bool Deletes;
    public Shown Before;

    public EditOutcome Edit(scoped ItemEdit item)
    {
        Before.Read(item.View);
        item.Expiry = Expiry ?? item.Expiry;
        item.ClientFlags = ClientFlags ?? item.ClientFlags;
        item.IsStale = IsStale ?? item.IsStale;
        item.IsWon = IsWon ?? item.IsWon;
        if (RenewsCas) item.RenewCas();
        if (Clears) item.Clear();
        return Deletes ? EditOutcome.Delete : EditOutcome.Keep;
    }
}
