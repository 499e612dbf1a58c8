namespace Larder.Objects.Devices;

/// <summary>What a PUT waits for before it is answered 201.</summary>
public enum SyncPolicy
{
    /// <summary>Nothing: the kernel writes when it likes; a loss of power may take what was answered.</summary>
    None,
    /// <summary>Its own file and folder are on the disk.</summary>
    Data,
    /// <summary>As <see cref="Data"/>, by syncs of the file system that all share who wait at the time.</summary>
    Group,
}
