using System.Globalization;
using System.Net;
using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Native;

/// <summary>
/// Aim: a program that is started gets what it was given and nothing else, and tells whether it is ready. Method: the
/// shell, whose exit code says what it found.
/// </summary>
public sealed class ProcessStartTests
{
    private const string Shell = "/bin/sh";
    private const int DuplicateClosingOnExec = 1030; // F_DUPFD_CLOEXEC of fcntl(2)

    private static readonly Dictionary<string, string> s_environment = new() { ["NAME"] = "a=b c" };

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("test \"$NAME\" = 'a=b c' || exit 1; test -z \"$HOME\" || exit 2", 0)]
    [InlineData("test \"$0\" = called || exit 1; test \"$#\" = 1 || exit 2; test \"$1\" = 'x y' || exit 3", 0)]
    [InlineData("test \"$(pwd -P)\" = / || exit 1", 0)]
    [InlineData("kill -KILL $$", ProcessStart.SignalExit + ProcessStart.Kill)]
    public void Program_finds_what_it_was_given(string script, int code)
        => Assert.Equal(code, Run(script, [], newSession: false));

    [Fact]
    public void Descriptor_is_passed_to_this_child_only()
    {
        using var listener = Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        string script = $"test -e /proc/$$/fd/{listener.Descriptor} && exit 3; exit 4";
        Assert.Equal(3, Run(script, [listener.Descriptor], newSession: false));
        Assert.Equal(4, Run(script, [], newSession: false));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 4)]
    public void Session_is_new_when_asked_for(bool newSession, int code)
    {
        const string Script = "read -r a b c d e f rest < /proc/$$/stat; test $f = $$ && exit 3; exit 4";
        Assert.Equal(code, Run(Script, [], newSession));
    }

    [Fact]
    public void Program_or_folder_that_is_not_there_is_an_error()
    {
        Assert.Equal(Errno.NoEntry, Start("/no/such/program", "/").Errno);
        Assert.Equal(Errno.NoEntry, Start(Shell, "/no/such/folder").Errno);
    }

    [Fact]
    public void Pipe_that_the_system_refuses_is_none_and_says_why()
    {
        // Flags that no system knows: a lack of descriptors would be every other test's, too.
        Assert.Null(ReadyPipe.TryOpen(-1, out Errno refusal));
        Assert.Equal(Errno.Invalid, refusal);
    }

    [Fact]
    public void Child_that_was_waited_for_cannot_be_waited_for_again()
    {
        int pid = Start(Shell, "/").Int;
        Assert.Equal(0, ProcessStart.Wait(pid));
        Assert.Equal(-1, ProcessStart.Wait(pid));
    }

    [Theory]
    [InlineData("printf x > /proc/$$/fd/$FD; exec sleep 60", ReadyStatus.Ready)]
    [InlineData("exit 1", ReadyStatus.Ended)]
    [InlineData("exec sleep 60", ReadyStatus.TimedOut)]
    public void Child_tells_that_it_is_ready_or_ends_the_pipe(string script, ReadyStatus expected)
    {
        using ReadyPipe pipe = ReadyPipe.TryOpen(out _)!;
        var environment = new Dictionary<string, string>
        {
            ["FD"] = pipe.WriteEnd.ToString(CultureInfo.InvariantCulture),
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        };
        int pid = ProcessStart.Start(Shell, ["sh", "-c", script], environment, "/", [pipe.WriteEnd], false).Int;
        pipe.CloseWriteEnd();
        Assert.Equal(-1, pipe.WriteEnd);
        Assert.Equal(expected, pipe.Wait(expected == ReadyStatus.TimedOut ? 50 : -1));
        ProcessStart.Signal(pid, ProcessStart.Kill);
        int code = ProcessStart.Wait(pid);
        Assert.Equal(expected == ReadyStatus.Ended ? 1 : ProcessStart.SignalExit + ProcessStart.Kill, code);
    }

    [Fact]
    public void Teller_takes_its_descriptor_out_of_the_environment_and_closes_it()
    {
        using ReadyPipe pipe = ReadyPipe.TryOpen(out _)!;
        int copy = Libc.fcntl(pipe.WriteEnd, DuplicateClosingOnExec, 0); // or a child of another test would hold it
        pipe.CloseWriteEnd();
        Environment.SetEnvironmentVariable(ReadyPipe.Variable, copy.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(copy, ReadyPipe.FromEnvironment());
        Assert.Null(Environment.GetEnvironmentVariable(ReadyPipe.Variable));
        ReadyPipe.Tell(copy);
        Assert.Equal(ReadyStatus.Ready, pipe.Wait(-1));
        Assert.Equal(ReadyStatus.Ended, pipe.Wait(-1));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1000000")]
    public void Nobody_waits_where_no_descriptor_is_named(string? value)
    {
        Environment.SetEnvironmentVariable(ReadyPipe.Variable, value);
        Assert.Null(ReadyPipe.FromEnvironment());
        Assert.Null(Environment.GetEnvironmentVariable(ReadyPipe.Variable));
    }

    private static int Run(string script, IReadOnlyList<int> descriptors, bool newSession)
    {
        SysResult result = ProcessStart.Start(
            Shell, ["sh", "-c", script, "called", "x y"], s_environment, "/", descriptors, newSession);
        return ProcessStart.Wait(result.Int);
    }

    private static SysResult Start(string program, string folder)
        => ProcessStart.Start(program, ["sh", "-c", "exit 0"], s_environment, folder, [], newSession: false);
}
