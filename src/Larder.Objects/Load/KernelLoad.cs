using System.Globalization;
using Larder.Objects.Usage;

namespace Larder.Objects.Load;

/// <summary>
/// Utilisation of disks as <c>iostat -x</c> shows it: the share of time in which a disk had something to do, from the
/// kernel's counter of busy milliseconds (kernel: admin-guide/iostats, field 10). One thread.
/// </summary>
/// <param name="files">Where the counters are.</param>
/// <param name="clock">Tells how long ago the last look was.</param>
internal sealed class KernelLoad(KernelFiles files, TimeProvider clock)
{
    private const int NameField = 2;
    private const int BusyField = 12;
    private const int All = 100_00; // hundredths of a per cent

    private Dictionary<string, uint>? _before;
    private long _beforeAt;

    /// <summary>Looks at the counters and compares with the last look.</summary>
    /// <returns>
    /// Hundredths of a per cent by the disk's name, nothing where there is nothing to compare with; null after the
    /// first look.
    /// </returns>
    public Dictionary<string, int>? Look()
    {
        Dictionary<string, uint> now = Read();
        long at = clock.GetTimestamp();
        double elapsedMs = clock.GetElapsedTime(_beforeAt, at).TotalMilliseconds;
        Dictionary<string, int>? load = _before == null ? null : [];
        foreach ((string name, uint busyMs) in now)
        {
            if (_before?.TryGetValue(name, out uint beforeMs) == true && elapsedMs > 0)
            {
                // The counter has 32 bits and begins again after 49 days.
                double share = unchecked(busyMs - beforeMs) / elapsedMs;
                load!.Add(name, (int)Math.Clamp(Math.Round(share * All), 0, All));
            }
        }
        _before = now;
        _beforeAt = at;
        return load;
    }

    /// <summary>The last look was too long ago to compare with.</summary>
    public void Forget() => _before = null;

    private Dictionary<string, uint> Read()
    {
        var busy = new Dictionary<string, uint>(StringComparer.Ordinal);
        try
        {
            foreach (string line in File.ReadLines(files.DiskStats))
            {
                string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > BusyField && uint.TryParse(
                    fields[BusyField], NumberStyles.None, CultureInfo.InvariantCulture, out uint busyMs))
                {
                    busy[fields[NameField]] = busyMs;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            busy.Clear(); // a container without the file: no disk is known
        }
        return busy;
    }
}
