namespace Larder.Objects.Devices;

/// <summary>What is done on a device: the unit of its latencies, errors and faults.</summary>
public enum DeviceOperation
{
    /// <summary>The device's own folder is opened.</summary>
    Find,
    /// <summary>A file or folder is opened.</summary>
    Open,
    /// <summary>A path is asked about.</summary>
    Status,
    /// <summary>Bytes are read, or sent from a file.</summary>
    Read,
    /// <summary>A file is made.</summary>
    Create,
    /// <summary>Bytes are written, or room is reserved.</summary>
    Write,
    /// <summary>A name is given, moved or taken away.</summary>
    Name,
    /// <summary>The disk is waited for.</summary>
    Sync,
    /// <summary>The file system is asked for its room.</summary>
    Space,
    /// <summary>A file without a name is made.</summary>
    CreateNameless,
    /// <summary>Bytes are read while the disk has nothing else to do: it may take long.</summary>
    IdleRead,
    /// <summary>Another process that changes the same name is waited for.</summary>
    Lock,
    /// <summary>A value that is kept with a file is read, written or taken away.</summary>
    Attribute,
}
