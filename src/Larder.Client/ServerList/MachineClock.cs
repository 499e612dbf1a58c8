namespace Larder.Client.ServerList;

/// <summary>A clock that all processes of a machine share, and the run of the machine that it began with.</summary>
internal static class MachineClock
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>Milliseconds since the machine was started: CLOCK_MONOTONIC on Linux.</summary>
    public static long NowMs => Environment.TickCount64;

    /// <summary>Sixteen bytes that differ with each start of the machine; zeros where nobody tells.</summary>
    public static byte[] BootId { get; } =
        File.Exists(BootIdPath) && Guid.TryParse(File.ReadAllText(BootIdPath), out Guid id)
            ? id.ToByteArray(bigEndian: true)
            : new byte[16];
}
