using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Load;

/// <summary>
/// A program that prints the disks' load (MOG_IOSTAT_CMD): run by the shell, run again when it ends, after a pause when
/// it fails.
/// </summary>
/// <param name="command">What the shell runs.</param>
/// <param name="report">Is given each report.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed class LoadProgram(
    string command, Action<IReadOnlyDictionary<string, string>> report, ILogger logger)
{
    /// <summary>Milliseconds after a failure (cmogstored's).</summary>
    public const int FailurePauseMs = 10_000;

    /// <summary>One that ends well at once is not run more often than this.</summary>
    private const int PeriodMinMs = 1_000;

    private const int ReadBytes = 4096;

    private readonly Lock _lock = new();
    private Process? _child;  // owner: _lock
    private bool _isStopping; // owner: _lock

    /// <summary>Runs it until it ends; the load's own thread.</summary>
    /// <returns>Milliseconds until it is to be run again.</returns>
    public int Run()
    {
        long begunMs = Environment.TickCount64;
        using Process? child = Start();
        if (child == null)
        {
            return FailurePauseMs;
        }
        Read(child.StandardOutput.BaseStream);
        child.WaitForExit();
        lock (_lock)
        {
            _child = null;
            if (child.ExitCode != 0 && !_isStopping)
            {
                LoadLog.ProgramFailed(logger, command, child.ExitCode, FailurePauseMs);
                return FailurePauseMs;
            }
        }
        return (int)Math.Max(0, begunMs + PeriodMinMs - Environment.TickCount64);
    }

    /// <summary>Ends it, with what it has started, and starts it no more; any thread.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            _child?.Kill(entireProcessTree: true);
        }
    }

    private Process? Start()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec " + command);
        lock (_lock)
        {
            try
            {
                _child = _isStopping ? null : Process.Start(start);
            }
            catch (Win32Exception error)
            {
                LoadLog.ProgramNotStarted(logger, command, error.Message, FailurePauseMs);
            }
            return _child;
        }
    }

    private void Read(Stream output)
    {
        var reader = new ProgramReportReader(report);
        byte[] buffer = new byte[ReadBytes];
        int count = output.Read(buffer);
        while (count > 0)
        {
            reader.Take(buffer.AsSpan(0, count));
            count = output.Read(buffer);
        }
        reader.End();
    }
}
