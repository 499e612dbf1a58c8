using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Hosting;

/// <summary>
/// This program once more, with listeners that it takes over and a pipe on which it tells that it serves: the daemon of
/// -d, or a new version.
/// </summary>
internal sealed class ReadyChild : IDisposable
{
    private readonly ReadyPipe _pipe;

    private ReadyChild(int processId, ReadyPipe pipe)
    {
        ProcessId = processId;
        _pipe = pipe;
    }

    public int ProcessId { get; }

    /// <summary>Starts it as this process was started; null when the system refuses.</summary>
    /// <param name="image">How this process was started.</param>
    /// <param name="program">The executable.</param>
    /// <param name="listeners">What it takes over.</param>
    /// <param name="isDaemon">Whether it leaves our terminal and session; if it does not, it is another process that a
    /// supervisor of this one hears of.</param>
    /// <param name="refusal">Why it could not be started, or none.</param>
    /// <param name="listenVariable">The variable in which it finds the numbers of the listeners.</param>
    /// <param name="mark">A variable that tells it what it is, or none.</param>
    public static ReadyChild? Start(
        ProcessImage image,
        string program,
        IReadOnlyList<InheritedDescriptor> listeners,
        bool isDaemon,
        out Errno refusal,
        string listenVariable = InheritedListeners.Variable,
        KeyValuePair<string, string>? mark = null)
    {
        if (ReadyPipe.TryOpen(out refusal) is not { } pipe) return null;
        Dictionary<string, string> environment = ProcessImage.CopyEnvironment();
        if (!isDaemon) ServiceNotifier.RemoveProcessNames(environment);
        if (listeners.Count > 0) environment[listenVariable] = InheritedListeners.Format(listeners);
        if (mark is { } own) environment[own.Key] = own.Value;
        environment[ReadyPipe.Variable] = $"{pipe.WriteEnd}";
        SysResult result = ProcessStart.Start(
            program,
            image.Arguments,
            environment,
            image.Folder,
            [.. listeners.Select(static each => each.Number), pipe.WriteEnd],
            newSession: isDaemon);
        pipe.CloseWriteEnd();
        refusal = result.Errno;
        if (!result.IsError) return new(result.Int, pipe);
        pipe.Dispose();
        return null;
    }

    /// <summary>Waits for its word.</summary>
    /// <param name="timeoutMs">The longest wait in milliseconds; -1: without end.</param>
    public ReadyStatus Wait(int timeoutMs) => _pipe.Wait(timeoutMs);

    /// <summary>Waits for its end, which must be near: its exit code.</summary>
    public int ExitCode() => ProcessStart.Wait(ProcessId);

    public void Dispose() => _pipe.Dispose();
}
