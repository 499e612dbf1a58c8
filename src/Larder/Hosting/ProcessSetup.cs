using Larder.Events.Native;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>What the process does to itself before it listens: room for descriptors, and another user.</summary>
internal static class ProcessSetup
{
    /// <summary>
    /// Descriptors beside the clients': listeners, pollers, timers and eventfds of the threads, and what the runtime
    /// has open (about 60 after a start).
    /// </summary>
    private const int ReservedDescriptors = 128;

    /// <summary>A poller, a waker and a timer for each thread.</summary>
    private const int DescriptorsOfThread = 4;

    /// <summary>Null, or why the program must end.</summary>
    public static OptionExit? Apply(CacheSettings settings) => MakeRoom(settings) ?? BecomeUser(settings);

    private static OptionExit? MakeRoom(CacheSettings settings)
    {
        int threads = Math.Max(settings.Server.Threads, settings.Server.Workers);
        long count = (long)settings.Server.ConnectionsMax + ReservedDescriptors + ((long)threads * DescriptorsOfThread);
        return ProcessControl.RaiseDescriptorLimit(count).IsError
            ? new(
                "failed to set rlimit for open files. Try starting as root or requesting smaller maxconns value.",
                ExitCode.OsError)
            : null;
    }

    /// <summary>Before listening, as memcached does, so that a UNIX socket's file belongs to the user.</summary>
    private static OptionExit? BecomeUser(CacheSettings settings)
    {
        if (settings.User is not { } name) return null;
        if (!ProcessControl.IsRoot)
        {
            settings.Notes.Add("-u (--user) does something only for root");
            return null;
        }

        if (string.Equals(name, "root", StringComparison.Ordinal)) return null;
        if (UserAccount.Find(name) is not { } account)
            return new($"can't find the user {name} to switch to", ExitCode.NoUser);

        SysResult result = ProcessControl.BecomeUser(account.UserId, account.GroupId);
        if (result.IsError) return new($"failed to assume identity of user {name}: {result.Errno}", ExitCode.OsError);
        return CanLoadMore() ? null : new($"user {name} cannot read {AppContext.BaseDirectory}", ExitCode.OsError);
    }

    /// <summary>The runtime loads assemblies when they are first used, and so as the new user.</summary>
    private static bool CanLoadMore()
    {
        try
        {
            using FileStream file = File.OpenRead(typeof(ProcessSetup).Assembly.Location);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
