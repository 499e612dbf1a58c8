using System.Diagnostics;
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

    /// <summary>
    /// Errors in a row that are let pass as single clients' misfortune; beyond it the thread pauses for
    /// <see cref="RetryMs"/> after each, so that a lasting one cannot make it spin.
    /// </summary>
    private const int PassingErrorsMax = 64;

    /// <summary>For an accept that must not wait and does all the same.</summary>
    private const int DrainWaitUs = 1_000;

    private readonly Listener _listener;
    private readonly IAcceptTarget _target;
    private readonly Func<Listener, SysResult> _accept;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly Func<bool> _isStopped;
    private readonly ManualResetEventSlim _left = new();
    private readonly ManualResetEventSlim _released = new();
    private readonly SpareDescriptors _spare = new(); // owner: the accepting thread
    private nint _pthread;       // owner: the accepting thread, before it takes its first connection
    private volatile bool _stop; // owner: the stopping thread
    private long _pausedSinceMs; // owner: the accepting thread
    private int _errorsInRow;    // owner: the accepting thread
    private Errno _lastLogged;   // owner: the accepting thread

    public Acceptor(Listener listener, IAcceptTarget target, Func<Listener, SysResult> accept, ILogger logger,
        string name)
    {
        _listener = listener;
        _target = target;
        _accept = accept;
        _logger = logger;
        _isStopped = () => _stop;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public void Start()
    {
        WakeSignal.Prepare();
        _thread.Start();
    }

    /// <summary>Asks the thread to leave; with several, before <see cref="Stop"/> waits for the first.</summary>
    public void RequestStop() => _stop = true;

    /// <summary>Makes the thread leave and waits for it. What it had accepted has been handed on.</summary>
    public void Stop()
    {
        RequestStop();
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
        _spare.Dispose();
    }

    /// <summary>
    /// Takes what still stands in the listen queue, for a listener that nobody else will accept on, and lets nobody
    /// into it any more. Other processes that stop as well may still accept, and one that does so makes the socket
    /// block again: then an accept waits no longer than the socket's timeout.
    /// </summary>
    public static void DrainQueue(Listener listener, IAcceptTarget target)
    {
        SysResult isShut = listener.ShutDoor(); // a failure leaves a door open for the time until the close
        Debug.Assert(!isShut.IsError, "the door stays open");
        Sockets.SetReceiveTimeout(listener.Descriptor, DrainWaitUs);
        Sockets.SetNonBlocking(listener.Descriptor, true);
        TakeAll(listener, target);
        Sockets.SetReceiveTimeout(listener.Descriptor, 0); // a process that stays would wake for nothing
    }

    private static void TakeAll(Listener listener, IAcceptTarget target)
    {
        int errors = 0;
        while (errors < PassingErrorsMax)
        {
            SysResult result = Accept(listener);
            if (!result.IsError)
            {
                target.TryTake(listener, result.Int, isLast: true);
            }
            else if (result.Errno is Errno.Interrupted or Errno.ConnectionAborted)
            {
                errors++;
            }
            else
            {
                return; // EAGAIN: empty; anything else: the rest is lost with the listener
            }
        }
    }

    /// <summary>Waits for a connection and makes it non-blocking (accept4(2)).</summary>
    public static SysResult Accept(Listener listener)
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
        _target.WaitForRoom(_isStopped);
        if (_stop)
        {
            return false;
        }
        SysResult result = _accept(_listener);
        if (result.IsError)
        {
            _errorsInRow++;
            return GoesOnAfter(result.Errno);
        }
        NoteResumed();
        while (!_target.TryTake(_listener, result.Int, isLast: _stop))
        {
            _target.WaitForRoom(_isStopped); // another acceptor's client took the place
        }
        return true;
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
            case Errno.NoProtocolOption:
            case Errno.HostDown:
            case Errno.NoNetwork:
            case Errno.HostUnreachable:
            case Errno.NotSupported:
            case Errno.NetworkUnreachable:
            case Errno.TimedOut:
            case Errno.NotPermitted: // a firewall rule
                if (_errorsInRow > PassingErrorsMax)
                {
                    Complain(errno);
                }
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
                _target.WaitForClose(RetryMs, _isStopped);
                return true;
            case Errno.BadDescriptor:
            case Errno.Invalid:
            case Errno.NotSocket:
                Log.ListenerFailed(_logger, _listener.Name, errno);
                return false;
            default:
                Complain(errno);
                return true;
        }
    }

    /// <summary>Says once in a row of failures what is wrong, and looks again later.</summary>
    private void Complain(Errno errno)
    {
        if (_lastLogged != errno)
        {
            _lastLogged = errno;
            Log.AcceptFailed(_logger, _listener.Name, errno);
        }
        _target.WaitForClose(RetryMs, _isStopped);
    }

    private void Pause(Errno errno)
    {
        if (_pausedSinceMs == 0)
        {
            _pausedSinceMs = Math.Max(Environment.TickCount64, 1);
            _target.AcceptPaused();
            _spare.Release(); // what the log loads opens files
            Log.AcceptPaused(_logger, errno);
            _spare.Refill();
        }
        _target.MakeRoom();
        _target.WaitForClose(RetryMs, _isStopped);
    }

    private void NoteResumed()
    {
        _errorsInRow = 0;
        _lastLogged = Errno.None;
        if (_pausedSinceMs != 0)
        {
            Log.AcceptResumed(_logger, Environment.TickCount64 - _pausedSinceMs);
            _pausedSinceMs = 0;
            _spare.Refill();
        }
    }
}
