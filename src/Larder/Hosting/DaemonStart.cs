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
    /// <param name="image">How this process was started.</param>
    /// <param name="failure">What is said when the daemon has told why it does not serve.</param>
    public static OptionExit? Run(ProcessImage image, string failure = "failed to daemonize")
    {
        IReadOnlyList<InheritedDescriptor> inherited = InheritedListeners.TakeNames();
        using ReadyChild? daemon = ReadyChild.Start(
            image, image.Program, inherited, isDaemon: true, out Errno refusal);
        if (daemon is null) return new($"{failure}: {ListenException.Describe(refusal)}", ExitCode.OsError);

        if (daemon.Wait(-1) == ReadyStatus.Ready) return null;
        int code = daemon.ExitCode();
        return new(failure, code > ExitCode.Success ? code : ExitCode.OsError);
    }
}
