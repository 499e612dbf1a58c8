using System.Diagnostics;

namespace Larder.Objects.Tests.Support;

/// <summary>Programs of the machine that tests use.</summary>
internal static class Tools
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Where a program lies; the test is skipped when it is not installed.</summary>
    public static string Require(string package, params string[] paths)
    {
        string? path = Array.Find(paths, File.Exists);
        Assert.SkipWhen(path == null, $"{paths[0]} is missing (Debian: {package})");
        return path!;
    }

    /// <summary>Runs a program to its end, and fails when it does.</summary>
    /// <returns>What it wrote.</returns>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        bool hasEnded = process.WaitForExit(Limit);
        if (!hasEnded)
        {
            process.Kill();
        }
        Assert.True(hasEnded && process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)}: {(hasEnded ? process.ExitCode : "too slow")}\n"
            + $"{output}{errors.Result}");
        return output;
    }
}
