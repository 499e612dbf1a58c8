using System.Diagnostics;
using Xunit;

namespace Larder.Tests.Launching;

/// <summary>A program that a test starts and waits for.</summary>
internal static class Command
{
    /// <summary>Long enough for a build on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Starts it; its outputs are collected.</summary>
    /// <param name="program">Path, or name to find in PATH.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="folder">Where it runs; null: here.</param>
    /// <param name="environment">What to set, or with null to remove, in its environment.</param>
    public static Process Start(
        string program,
        IEnumerable<string> args,
        string? folder = null,
        IDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name] = value;

        return Process.Start(start)!;
    }

    /// <summary>Waits for its end; kills what does not end in time, and fails.</summary>
    public static async Task<CommandResult> Finish(Process process)
    {
        using (process)
        using (var deadline = new CancellationTokenSource(s_patience))
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
                return new(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{process.StartInfo.FileName} did not end within {s_patience}");
                throw;
            }
        }
    }

    /// <summary>Starts it and waits for its end.</summary>
    public static Task<CommandResult> Run(
        string program,
        IEnumerable<string> args,
        string? folder = null,
        IDictionary<string, string?>? environment = null) =>
        Finish(Start(program, args, folder, environment));
}
