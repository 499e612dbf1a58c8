namespace Larder.Objects.Usage;

/// <summary>Where the kernel tells of mounts and disks; tests put a folder of their own in place of <c>/</c>.</summary>
/// <param name="Root">The folder in which <c>proc</c>, <c>sys</c> and <c>dev</c> lie.</param>
internal sealed record KernelFiles(string Root)
{
    /// <summary>Those of this machine.</summary>
    public static KernelFiles Real { get; } = new("/");

    /// <summary>Who is mounted where (proc_pid_mountinfo(5)).</summary>
    public string MountInfo => Path.Join(Root, "proc/self/mountinfo");

    /// <summary>What the disks have done (kernel: admin-guide/iostats).</summary>
    public string DiskStats => Path.Join(Root, "proc/diskstats");

    /// <summary>A disk or partition by its numbers: a link to its folder.</summary>
    public string BlockByNumber(uint major, uint minor) => Path.Join(Root, $"sys/dev/block/{major}:{minor}");

    /// <summary>A disk or partition by its name: a link to its folder.</summary>
    public string BlockByName(string name) => Path.Join(Root, "sys/class/block", name);

    /// <summary>A path of the machine, such as <c>/dev/mapper/data</c>.</summary>
    public string Of(string path) => Path.Join(Root, path);
}
