using System.Runtime.InteropServices;
using Larder.Events.Wire;
using Larder.Verbs;

namespace Larder.Bench;

/// <summary><c>larder bench --floor</c>: the floor server until SIGINT or SIGTERM.</summary>
internal static class FloorVerb
{
    public static int Serve(string name, FloorOptions options, TextWriter messages)
    {
        using var stop = new ManualResetEventSlim();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Set();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            using var server = new FloorServer(options);
            messages.WriteLine($"{name}: floor server on {server.EndPoint}, {options.ReplyBytes} bytes for every get");
            stop.Wait();
            return ExitCode.Success;
        }
        catch (ListenException e)
        {
            messages.WriteLine($"{name}: {e.Message}");
            return ExitCode.OsError;
        }
    }
}
