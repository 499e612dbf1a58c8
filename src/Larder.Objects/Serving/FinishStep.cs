namespace Larder.Objects.Serving;

/// <summary>How far a PUT whose body is there has come.</summary>
internal enum FinishStep
{
    /// <summary>Compare the MD5, keep the digests.</summary>
    Seal,
    /// <summary>Wait until the bytes are on the disk.</summary>
    SyncBytes,
    /// <summary>Give it its name.</summary>
    Publish,
    /// <summary>Wait until the name is on the disk.</summary>
    SyncName,
    /// <summary>Answer.</summary>
    Done,
}
