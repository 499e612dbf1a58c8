namespace Larder.Objects.Load;

/// <summary>One report of the disks' utilisation, as watchers get it. Immutable.</summary>
/// <param name="Number">Counts up from 1.</param>
/// <param name="Text">Lines of devices, and the one that ends the report.</param>
internal sealed record LoadReport(long Number, ReadOnlyMemory<byte> Text);
