using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Threading.Tasks.Sources;
using Larder.Client.Routing;
using Larder.Protocol.Scan;

namespace Larder.Client.Pipelining;

/// <summary>
/// One request and its reply: what the caller awaits, and what stands in a connection's line until the reply comes.
/// Used again when both have let go of it.
/// </summary>
/// <remarks>
/// <code>
///   Begin: Held  = Resume =>  Pending  = Hold =>  Held  = Finish =>  Finished  = both let go =>  recycled
///                                 ^                 |
///                                 +===== Resume ====+   sent again, elsewhere
/// </code>
/// A reply, the deadline and the caller's token race for Hold; one of them wins and finishes. Who comes too late drops
/// what it has: so a late reply finds nobody, and can never reach another caller. The word holds a generation beside
/// the state, since deadlines and tokens may look at an operation that has become another one meanwhile.
/// </remarks>
internal sealed class Operation : IValueTaskSource<CacheResult>, IValueTaskSource<CacheValue>, IThreadPoolWorkItem
{
    private const int StateMask = 3;
    private const int Pending = 1;
    private const int Held = 2;
    private const int Finished = 3;
    private const int GenerationStep = 4;
    private const int HolderCount = 2;

    private static readonly Action<object?, CancellationToken> s_cancel =
        static (operation, token) => ((Operation)operation!).Cancel(token);

    private readonly byte[] _key = new byte[KeyRules.LengthMax];
    private ManualResetValueTaskSourceCore<bool> _core; // runs continuations where it is set: in Execute
    private WireRequest _request;
    private int _word; // owner: interlocked; generation and state
    private int _holders; // owner: interlocked; the caller and the wire
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private CacheResult _result; // owner: who holds
    private ReplyBuffer? _reply; // owner: who holds
    private Exception? _exception; // owner: who holds
    private bool _isCancelled; // owner: who holds
    private bool _isPatient;

    private Operation()
    {
    }

    /// <summary>Where the value goes, or null.</summary>
    public IBufferWriter<byte>? Destination { get; set; }

    /// <summary>Whether the value goes into memory of its own.</summary>
    public bool WantsOwner { get; set; }

    /// <summary>Whether an error is thrown at the caller.</summary>
    public bool Throws { get; set; }

    /// <summary>Whether an error is shown as a miss.</summary>
    public bool HidesErrors { get; set; }

    /// <summary>When it times out, by the client's clock.</summary>
    public long Deadline { get; private set; }

    /// <summary>Who sends it again.</summary>
    public Router Router { get; private set; } = null!;

    /// <summary>Whether it is meant for the server that it was handed to, and no other.</summary>
    public bool IsBound { get; set; }

    /// <summary>How often it was handed to a server.</summary>
    public int Attempts { get; set; }

    /// <summary>The mark that it was sent with last.</summary>
    public uint Opaque { get; set; }

    /// <summary>Whether its bytes stand where they may be sent at any time. Set before it is pending again.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Where it was sent last, for the result.</summary>
    public string? ServerName { get; set; }

    public ReadOnlySpan<byte> Key => _key.AsSpan(0, KeyLength);

    public int KeyLength { get; set; }

    /// <summary>Where the key is encoded to.</summary>
    public Span<byte> KeyRoom => _key;

    public ref WireRequest Request => ref _request;

    public short Version => _core.Version;

    /// <summary>Whether somebody still waits for it. It may change at once.</summary>
    public bool IsPending => (Volatile.Read(ref _word) & StateMask) == Pending;

    /// <summary>An operation to fill in and <see cref="Begin"/>.</summary>
    public static Operation Take() => Recycler<Operation>.TryTake() ?? new Operation();

    /// <summary>Gives back what was not begun.</summary>
    public void Abandon()
    {
        _holders = 1;
        LetGo();
    }

    /// <summary>
    /// Makes it ready to be sent: held by the sender, so that it cannot end before it stands in a line, or nowhere.
    /// </summary>
    /// <param name="router">Who sends it again.</param>
    /// <param name="deadline">When it times out.</param>
    /// <param name="isPatient">Whether it waits as long as others do, so that its timeout blames the server.</param>
    /// <param name="token">Ends it, too.</param>
    public void Begin(Router router, long deadline, bool isPatient, CancellationToken token)
    {
        _isPatient = isPatient;
        Router = router;
        Deadline = deadline;
        _token = token;
        _holders = HolderCount;
        Volatile.Write(ref _word, _word | Held);
        if (token.CanBeCanceled) _registration = token.UnsafeRegister(s_cancel, this);
    }

    /// <summary>Tries to be the one who ends it or sends it again.</summary>
    public bool Hold() => Hold(Volatile.Read(ref _word));

    /// <summary>It stands in a line: from here on it may end at any time. Only who holds it.</summary>
    public void Resume()
    {
        int word = _word;
        Debug.Assert((word & StateMask) == Held, "nobody held it");
        Interlocked.Exchange(ref _word, (word & ~StateMask) | Pending);
        // Pairs with Cancel, which gives up when it sees Held: the token was cancelled before it looked.
        if (_token.IsCancellationRequested) Cancel(_token);
    }

    /// <summary>Ends it with a reply's result. Only who holds it.</summary>
    /// <param name="reply">A whole reply; the value is copied.</param>
    public void Finish(in WireReply reply)
    {
        ReadOnlySpan<byte> value = reply.Value;
        _result = new CacheResult
        {
            Status = reply.Status,
            IsStale = reply.IsStale,
            IsWinner = reply.IsWinner,
            HasOtherWinner = reply.HasOtherWinner,
            ClientFlags = reply.ClientFlags,
            Cas = reply.Cas,
            Number = reply.Number,
            TtlSeconds = reply.TtlSeconds,
            ValueLength = value.Length,
            Message = reply.Message.IsEmpty ? null : Encoding.UTF8.GetString(reply.Message),
            Server = ServerName,
        };
        if (reply.Status <= CacheStatus.Done) Deliver(value);
        Dispatch();
    }

    /// <summary>Ends it without a reply. Only who holds it.</summary>
    public void Finish(CacheStatus status, string? message)
    {
        _result = new CacheResult { Status = status, Message = message, Server = ServerName };
        Dispatch();
    }

    /// <summary>Ends it because its time is over, if it is.</summary>
    /// <returns>Whether this ended it, and says something about the server: the caller was patient.</returns>
    public bool TryExpire(long now)
    {
        int word = Volatile.Read(ref _word);
        // The deadline may already be that of the next generation; then the word has moved on and Hold fails.
        if ((word & StateMask) != Pending || now < Deadline || !Hold(word)) return false;
        bool isPatient = _isPatient; // once it is finished it may be used again at any time
        bool mayBeDone = IsWritten && !_request.IsRead;
        Finish(mayBeDone ? CacheStatus.Ambiguous : CacheStatus.Timeout, "no reply within the deadline");
        return isPatient;
    }

    /// <summary>The wire lets go: the reply came, or never will.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0) Recycle();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    CacheResult IValueTaskSource<CacheResult>.GetResult(short token)
    {
        _core.GetResult(token);
        (CacheResult result, Exception? thrown) = (Shown(), Thrown());
        Detach();
        if (thrown is not null) throw thrown;
        return result;
    }

    CacheValue IValueTaskSource<CacheValue>.GetResult(short token)
    {
        _core.GetResult(token);
        (CacheValue value, Exception? thrown) = (new CacheValue(Shown(), _reply), Thrown());
        Detach();
        if (thrown is not null) throw thrown;
        return value;
    }

    ValueTaskSourceStatus IValueTaskSource<CacheResult>.GetStatus(short token) => _core.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<CacheValue>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<CacheResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<CacheValue>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool Hold(int word) => (word & StateMask) == Pending
        && Interlocked.CompareExchange(ref _word, (word & ~StateMask) | Held, word) == word;

    /// <summary>
    /// May come late, when this has become another operation: that one has another token, or the same.
    /// </summary>
    private void Cancel(CancellationToken token)
    {
        int word = Volatile.Read(ref _word);
        if (_token != token || !Hold(word)) return;
        _isCancelled = true;
        Dispatch();
    }

    /// <summary>A writer that throws fails its own operation and nobody else's.</summary>
    private void Deliver(ReadOnlySpan<byte> value)
    {
        if (WantsOwner)
        {
            _reply = ReplyBuffer.Of(value);
            return;
        }
        if (Destination is not { } destination || value.IsEmpty) return;
        try
        {
            destination.Write(value);
        }
        catch (Exception thrown)
        {
            _exception = thrown;
        }
    }

    /// <summary>
    /// Continuations run on pool threads of their own, never where replies are read: a caller who blocks in one must
    /// not keep the reply from the next. The operation itself is the work item, so nothing is allocated.
    /// </summary>
    private void Dispatch()
    {
        Volatile.Write(ref _word, (_word & ~StateMask) | Finished);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    private CacheResult Shown()
    {
        if (!HidesErrors || !_result.IsError) return _result;
        return _result with { Status = CacheStatus.Miss };
    }

    private Exception? Thrown()
    {
        if (_exception is { } exception) return exception;
        if (_isCancelled) return new OperationCanceledException(_token);
        return Throws && _result.IsError && !HidesErrors ? new CacheException(_result) : null;
    }

    private void Detach()
    {
        // A callback that runs right now is not waited for: it finds another generation.
        _registration.Unregister();
        LetGo();
    }

    private void Recycle()
    {
        _core.Reset();
        _request = default;
        _registration = default;
        _token = default;
        _result = default;
        _reply = null;
        _exception = null;
        _isCancelled = false;
        Destination = null;
        WantsOwner = false;
        Throws = false;
        HidesErrors = false;
        Attempts = 0;
        IsBound = false;
        ServerName = null;
        IsWritten = false;
        Volatile.Write(ref _word, (_word & ~StateMask) + GenerationStep);
        Recycler<Operation>.Keep(this);
    }
}
