using System.Globalization;
using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>
/// Empty files in the root folder that say where scrubbing is paused, <c>.larder-paused-all</c> and
/// <c>.larder-paused-devN</c>: all processes of a store see them, and the next start as well.
/// </summary>
internal static class ScrubMarks
{
    private const string Prefix = ".larder-paused-";
    private const string OfAll = "all";

    /// <summary>The devices that are marked, among them <see cref="Device.RootNumber"/> for all.</summary>
    /// <param name="root">The root folder; nothing is marked in one that cannot be read.</param>
    public static HashSet<int> Find(string root)
    {
        var numbers = new HashSet<int>();
        foreach (string path in Directory.EnumerateFiles(root, $"{Prefix}*"))
        {
            ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan())[Prefix.Length..];
            if (name is OfAll)
            {
                numbers.Add(Device.RootNumber);
            }
            else if (DeviceSet.TryNumber(name, out int number))
            {
                numbers.Add(number);
            }
        }
        return numbers;
    }

    /// <summary>Marks a device, or takes its mark away; both may have been done already.</summary>
    /// <param name="root">The root folder, as a device; the caller has a slot of it.</param>
    /// <param name="number">The device's, or <see cref="Device.RootNumber"/>.</param>
    /// <param name="isPaused">Whether it is marked.</param>
    public static SysResult Set(Device root, int number, bool isPaused)
    {
        byte[] name = Encoding.ASCII.GetBytes(Prefix + (number == Device.RootNumber ? OfAll
            : string.Create(CultureInfo.InvariantCulture, $"dev{number}")));
        if (!isPaused)
        {
            SysResult removed = root.Remove(name);
            return removed.IsError && removed.Errno == Errno.NoEntry ? SysResult.Ok(0) : removed;
        }
        SysResult result = root.OpenParent(name, makes: false, out FolderHandle? folder);
        if (result.IsError)
        {
            return result;
        }
        using (folder)
        {
            result = root.OpenOrCreate(folder!, name, out OpenedFile? file);
            file?.Dispose();
            return result;
        }
    }
}
