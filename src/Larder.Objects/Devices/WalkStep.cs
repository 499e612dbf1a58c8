namespace Larder.Objects.Devices;

/// <summary>What a step of a <see cref="FolderWalk"/> has come upon.</summary>
internal enum WalkStep
{
    /// <summary>A file.</summary>
    File,
    /// <summary>A folder, or something that is no file: go on.</summary>
    Folder,
    /// <summary>All have been met.</summary>
    End,
}
