using System.Diagnostics;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>
/// This test program once more, as a server on listeners that it inherits; it serves until its standard input ends.
/// </summary>
internal sealed class ChildServer : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it by a line of bash, in which "$@" is the program and $FD the listener's descriptor.</summary>
    public ChildServer(Listener listener, string bash)
    {
        listener.Share();
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                "-c", bash, "bash", Environment.ProcessPath!, "-explicit", "only",
                "-method", $"*.{nameof(ServeUntilInputEnds)}.Until_input_ends",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["FD"] = listener.Descriptor.ToString(System.Globalization.CultureInfo.InvariantCulture) },
        };
        _process = Process.Start(start)!;
    }

    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Ends its input and waits; its output says how it went.</summary>
    public string Stop()
    {
        _process.StandardInput.Close();
        string output = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return _process.ExitCode + " " + output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
