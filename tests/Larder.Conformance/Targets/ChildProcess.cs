using System.Diagnostics;
using System.Text;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Targets;

/// <summary>
/// A program started by a test: its output is gathered, it is ended by its own pid and never outlives the test.
/// Any thread.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote so far, standard output and standard error mixed.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
                return _output.ToString();
        }
    }

    /// <summary>Starts <paramref name="file"/>.</summary>
    /// <param name="file">The program: a path, or a name found in PATH.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="environment">Variables to set in addition.</param>
    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Append(line.Data);
        process.ErrorDataReceived += (_, line) => child.Append(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end; throws if it takes longer than <paramref name="deadline"/>.</summary>
    public static (int ExitCode, string Output) Run(
        string file,
        IEnumerable<string> arguments,
        Deadline deadline,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using ChildProcess child = Start(file, arguments, environment);
        if (!child.AwaitExit(deadline))
            throw new TimeoutException($"{file} did not end in time; it wrote:\n{child.Output}");
        return (child.ExitCode, child.Output);
    }

    /// <summary>Sends a signal by number (15 SIGTERM, 2 SIGINT, 10 SIGUSR1).</summary>
    public void Signal(int number)
    {
        string id = Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [$"-{number}", id]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end, all its output included; false if the deadline passed first.</summary>
    public bool AwaitExit(Deadline deadline)
    {
        if (!_process.WaitForExit(deadline.Remaining))
            return false;
        _process.WaitForExit();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            _output.AppendLine(line);
    }
}
