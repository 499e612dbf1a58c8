using System.Globalization;
using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>
/// How far a pass has come, kept on the device itself, so that it goes on after a restart and goes with the disk.
/// </summary>
/// <remarks>
/// <code>
///   .larder-scrub = "1 BEGUN FILES BYTES DAMAGED UNREADABLE PATH"    numbers in decimal, the path escaped
/// </code>
/// BEGUN in seconds since 1970; PATH is the file that was met last, "/" when the pass has ended. No request can name
/// the file. Put in place by a rename: a crash leaves the old or the new one.
/// </remarks>
internal sealed class ScrubProgress
{
    private const string Version = "1";
    private const string Ended = "/";
    private const int FieldCount = 7;
    private const int LengthMax = 32 * 1024; // an escaped path of 4,095 bytes and numbers, twice over

    public long BegunUnix { get; set; }

    public long Files { get; set; }

    public long Bytes { get; set; }

    public long Damaged { get; set; }

    public long Unreadable { get; set; }

    /// <summary>The path that was met last; null when no pass is on its way.</summary>
    public byte[]? Position { get; set; }

    private static ReadOnlySpan<byte> Name => ".larder-scrub"u8;

    /// <summary>Begins a pass.</summary>
    public void Begin(long nowUnix)
    {
        BegunUnix = nowUnix;
        Files = 0;
        Bytes = 0;
        Damaged = 0;
        Unreadable = 0;
        Position = [];
    }

    /// <summary>What a device says; nothing was done when there is none, or none that we understand.</summary>
    public static ScrubProgress Load(Device device)
    {
        var progress = new ScrubProgress();
        if (device.OpenFile(Name, out OpenedFile? file).IsError)
        {
            return progress;
        }
        using (file)
        {
            byte[] bytes = new byte[LengthMax];
            SysResult result = device.Read(file!, bytes, 0);
            string[] fields = result.IsError ? [] : Encoding.ASCII.GetString(bytes, 0, result.Int).Split(' ', '\n');
            if (fields.Length >= FieldCount && string.Equals(fields[0], Version, StringComparison.Ordinal)
                && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long begun)
                && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long files)
                && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long read)
                && long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out long damaged)
                && long.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out long unreadable))
            {
                progress.BegunUnix = begun;
                progress.Files = files;
                progress.Bytes = read;
                progress.Damaged = damaged;
                progress.Unreadable = unreadable;
                bool isEnded = string.Equals(fields[6], Ended, StringComparison.Ordinal);
                progress.Position = isEnded ? null : PathText.Unescape(fields[6]);
            }
        }
        return progress;
    }

    /// <summary>Writes it to the device.</summary>
    public SysResult Save(Device device)
    {
        string position = Position == null ? Ended : PathText.Escape(Position);
        byte[] text = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Version} {BegunUnix} {Files} {Bytes} {Damaged} {Unreadable} {position}\n"));
        SysResult result = device.OpenParent(Name, makes: false, out FolderHandle? folder);
        if (result.IsError)
        {
            return result;
        }
        using (folder)
        {
            byte[] aside = TemporaryNames.Next();
            result = device.CreateFile(folder!, aside, out OpenedFile? file);
            if (result.IsError)
            {
                return result;
            }
            using (file)
            {
                result = device.Write(file!, text, 0);
            }
            if (!result.IsError)
            {
                result = device.Rename(folder!, aside, Name);
            }
            if (result.IsError)
            {
                device.Remove(folder!, aside); // what fails here is found by the sweep
            }
            return result;
        }
    }
}
