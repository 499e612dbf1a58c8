using System.Diagnostics;

namespace Larder.Objects.Tests.Support;

/// <summary>What a disk does to a file behind everybody's back.</summary>
internal static class Damage
{
    /// <summary>Changes one byte and keeps the time of the last change, to the nanosecond.</summary>
    public static void OneByte(string path, long offset)
    {
        string times = Path.GetTempFileName();
        Touch(path, times);
        using (FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = offset;
            int value = file.ReadByte();
            file.Position = offset;
            file.WriteByte((byte)(value ^ 1));
        }
        Touch(times, path);
        File.Delete(times);
    }

    /// <summary>Gives a file the times of another; the framework's own calls know steps of 100 ns only.</summary>
    private static void Touch(string from, string to)
    {
        using var touch = Process.Start("touch", ["-r", from, to]);
        touch.WaitForExit();
        Assert.Equal(0, touch.ExitCode);
    }
}
