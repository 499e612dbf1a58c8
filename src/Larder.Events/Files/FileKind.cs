namespace Larder.Events.Files;

/// <summary>What a name stands for (inode(7), the file type).</summary>
public enum FileKind
{
    /// <summary>A device, a socket, a pipe.</summary>
    Special,
    /// <summary>Bytes.</summary>
    Regular,
    /// <summary>A folder.</summary>
    Folder,
    /// <summary>A symbolic link that was not followed.</summary>
    Link,
}
