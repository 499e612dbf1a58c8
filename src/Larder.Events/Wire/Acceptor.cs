using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Events.Wire;

/// <summary>
/// A thread that blocks in accept4 and hands on what it gets. Wake-one by nature: the kernel wakes one blocked
/// acceptor for each connection, of whatever process.
/// </summary>
/// <remarks>
/// Stopping: the flag, then a signal whose handler does nothing, again and again until the thread has left the loop,
/// since a signal that comes just before the system call is lost. A connection that accept4 still returns is handed
/// on, never dropped. The thread does not end before the stopper has sent its last signal, so that no signal goes to
/// a thread id that is somebody else's.
/// </remarks>
internal sealed unsafe class Acceptor : IDisposable
{
    /// <summary>The stopper signals again after this time: the thread was not in its system call yet.</summary>
    private const int ResignalMs = 1;

    /// <summary>
    /// Without descriptors the thread looks again after this time, if no connection of ours has closed before: others
    /// in the system may have freed some.
    /// </summary>
    private const int RetryMs = 100;

    private readonly Listener _listener;
    private readonly IAcceptTarget _target;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _left = new();
    private readonly ManualResetEventSlim _released = new();
    private nint _pthread;       // owner: the accepting thread, before it takes its first connection
    private volatile bool _stop; // owner: the stopping thread
    private long _pausedSinceMs; // owner: the accepting thread

    public Acceptor(Listener listener, IAcceptTarget target, ILogger logger, string name)
    {
        _listener = listener;
        _target = target;
        _logger = logger;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start()
    {
        WakeSignal.Prepare();
        _thread.Start();
    }

    /// <summary>Makes the thread leave and waits for it. What it had accepted has been handed on.</summary>
    public void Stop()
    {
        _stop = true;
        do
        {
            nint pthread = Volatile.Read(ref _pthread);
            if (pthread != 0)
            {
                WakeSignal.Send(pthread);
            }
            _target.WakeWaitingAcceptors();
        }
        while (!_left.Wait(ResignalMs));
        _released.Set();
        _thread.Join();
    }

    /// <summary>After <see cref="Stop"/>.</summary>
    public void Dispose()
    {
        _left.Dispose();
        _released.Dispose();
    }

    /// <summary>Takes what still stands in the listen queue, for a listener that nobody else accepts on.</summary>
    public static void DrainQueue(Listener listener, IAcceptTarget target)
    {
        Sockets.SetNonBlocking(listener.Descriptor, true);
        while (true)
        {
            SysResult result = Accept(listener);
            if (!result.IsError)
            {
                target.Accepted(listener, result.Int);
            }
            else if (result.Errno is not (Errno.Interrupted or Errno.ConnectionAborted))
            {
                return; // EAGAIN: empty; anything else: the rest is lost with the listener
            }
        }
    }

    private static SysResult Accept(Listener listener)
        => SysResult.Of(Libc.accept4(listener.Descriptor, null, null, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC));

    private void Run()
    {
        Volatile.Write(ref _pthread, Libc.pthread_self());
        try
        {
            while (!_stop && AcceptOne())
            {
            }
        }
        catch (Exception error)
        {
            Environment.FailFast($"{Thread.CurrentThread.Name} died", error);
        }
        _left.Set();
        _released.Wait();
    }

    private bool AcceptOne()
    {
        if (!_target.WaitForRoom(RetryMs))
        {
            return true;
        }
        SysResult result = Accept(_listener);
        if (!result.IsError)
        {
            NoteResumed();
            _target.Accepted(_listener, result.Int);
            return true;
        }
        return GoesOnAfter(result.Errno);
    }

    /// <summary>Every error of accept(2): which are nothing, which pass, which end this listener.</summary>
    private bool GoesOnAfter(Errno errno)
    {
        switch (errno)
        {
            case Errno.Interrupted:
            case Errno.ConnectionAborted:
            // Errors of the new socket's network come through accept on Linux; they are the client's, not ours.
            case Errno.NetworkDown:
            case Errno.Protocol:
            case Errno.HostDown:
            case Errno.HostUnreachable:
            case Errno.NetworkUnreachable:
            case Errno.NotSupported when !_stop:
            case Errno.TimedOut:
            case Errno.NotPermitted: // a firewall rule
                return true;
            case Errno.TooManyFiles:
            case Errno.FileTableFull:
            case Errno.NoBuffers:
            case Errno.NoMemory:
                Pause(errno);
                return true;
            case Errno.Again:
                // Somebody who shares the socket made it non-blocking.
                Sockets.SetNonBlocking(_listener.Descriptor, false);
                _target.WaitForClose(RetryMs);
                return true;
            case Errno.BadDescriptor:
            case Errno.Invalid:
            case Errno.NotSocket:
                Log.ListenerFailed(_logger, _listener.Name, errno);
                return false;
            default:
                Log.AcceptFailed(_logger, _listener.Name, errno);
                _target.WaitForClose(RetryMs);
                return true;
        }
    }

    private void Pause(Errno errno)
    {
        if (_pausedSinceMs == 0)
        {
            _pausedSinceMs = Environment.TickCount64;
            _target.AcceptPaused();
            Log.AcceptPaused(_logger, errno);
        }
        _target.WaitForClose(RetryMs);
    }

    private void NoteResumed()
    {
        if (_pausedSinceMs != 0)
        {
            Log.AcceptResumed(_logger, Environment.TickCount64 - _pausedSinceMs);
            _pausedSinceMs = 0;
        }
    }
}
