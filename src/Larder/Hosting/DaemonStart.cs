using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>
/// The starting side of -d. The runtime's threads do not survive a fork, so the program is started once more, in a
/// session of its own; this process waits until that one serves, and ends with its exit code if it does not.
/// </summary>
internal static class DaemonStart
{
    /// <summary>Starts the daemon; null if it serves, or why the program ends otherwise.</summary>
    public static OptionExit? Run(ProcessImage image)
    {
        IReadOnlyList<InheritedDescriptor> inherited = InheritedListeners.TakeNames();
        using var pipe = ReadyPipe.Open();
        Dictionary<string, string> environment = ProcessImage.CopyEnvironment();
        if (inherited.Count > 0) environment[InheritedListeners.Variable] = InheritedListeners.Format(inherited);
        environment[ReadyPipe.Variable] = $"{pipe.WriteEnd}";
        SysResult result = ProcessStart.Start(
            image.Program,
            image.Arguments,
            environment,
            image.Folder,
            [.. inherited.Select(static each => each.Number), pipe.WriteEnd],
            newSession: true);
        if (result.IsError)
            return new($"failed to daemonize: {ListenException.Describe(result.Errno)}", ExitCode.OsError);

        pipe.CloseWriteEnd();
        if (pipe.Wait(-1) == ReadyStatus.Ready) return null;
        int code = ProcessStart.Wait(result.Int);
        return new("failed to daemonize", code > ExitCode.Success ? code : ExitCode.OsError);
    }
}
