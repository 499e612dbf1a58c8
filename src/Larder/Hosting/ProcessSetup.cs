using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>
/// What the process does to itself around its start: room for descriptors, core dumps, locked memory, another user, and
/// no terminal.
/// </summary>
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
    public static OptionExit? Apply(CacheSettings settings)
    {
        OptionExit? exit = MakeRoom(settings) ?? AllowCoreDumps(settings);
        if (exit is not null) return exit;
        LockMemory(settings); // as long as we may; what another user maps later is locked all the same
        return BecomeUser(settings);
    }

    /// <summary>
    /// What a daemon leaves behind: with -v it goes on saying what happens, with -r its core dumps stay in the folder
    /// that it was started in, both as in memcached.
    /// </summary>
    public static void LeaveTerminal(CacheSettings settings)
    {
        if (!settings.CoreDumpsEnabled) Environment.CurrentDirectory = "/";
        if (settings.Server.Verbosity == 0) ProcessControl.DetachStandardStreams();
    }

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

    private static OptionExit? AllowCoreDumps(CacheSettings settings) =>
        settings.CoreDumpsEnabled && ProcessControl.AllowCoreDumps().IsError
            ? new("failed to ensure corefile creation", ExitCode.OsError)
            : null;

    private static void LockMemory(CacheSettings settings)
    {
        if (!settings.MemoryLocked) return;
        SysResult result = ProcessControl.LockMemory();
        if (result.IsError)
            settings.Warnings.Add($"-k invalid, mlockall() failed: {ListenException.Describe(result.Errno)}");
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
        // The runtime loads assemblies when they are first used, and so as the new user.
        if (!CanRead(typeof(ProcessSetup).Assembly.Location))
            return new($"user {name} cannot read {AppContext.BaseDirectory}", ExitCode.OsError);
        foreach (string file in settings.Tls.Files.Where(static file => !CanRead(file)))
            settings.Warnings.Add($"user {name} cannot read {file}: SIGHUP, refresh_certs and SIGUSR2 will fail");
        foreach (string file in settings.Auth.Files.Where(static file => !CanRead(file)))
            settings.Warnings.Add($"user {name} cannot read {file}: SIGHUP and SIGUSR2 will fail");
        return null;
    }

    private static bool CanRead(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
