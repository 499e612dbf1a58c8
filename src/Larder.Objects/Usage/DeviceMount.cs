namespace Larder.Objects.Usage;

/// <summary>What a device's folder lies on.</summary>
/// <param name="Source">What is mounted there, as <c>/dev/sda1</c> or <c>tmpfs</c>; "" when it is not known.</param>
/// <param name="Block">The kernel's name of the partition or disk; null without one.</param>
/// <param name="Disk">The kernel's name of the whole disk that it is part of, or is; null without one.</param>
internal sealed record DeviceMount(string Source, string? Block, string? Disk)
{
    /// <summary>Nothing is known.</summary>
    public static DeviceMount Unknown { get; } = new("", null, null);
}
