using System.Runtime.CompilerServices;

namespace Larder.Events.Native;

/// <summary>
/// What a thread needs for a call into OpenSSL: ciphertext on its way in, records on their way out, and what the
/// socket said meanwhile, which OpenSSL's own result does not tell.
/// </summary>
/// <remarks>
/// <code>
///   socket --one recv--> [ Cipher ] --BIO read--> OpenSSL (one record) --> the reader's buffer
///   replies --copied--> [ Record ] --> OpenSSL (one record) --BIO write--> one send
/// </code>
/// Nothing stays in Cipher between two calls: as much is received as has room behind it when it is decrypted, less the
/// record that OpenSSL may hold half. Owned by the thread; it goes with it.
/// </remarks>
internal sealed unsafe class TlsWork
{
    /// <summary>RFC 8446 5.1: no record carries more plaintext.</summary>
    public const int RecordMax = 16 * 1024;

    /// <summary>Three full records and their headers in one receive; it stays in the second level cache.</summary>
    private const int CipherBytes = 64 * 1024;

    /// <summary>Below this much room for read-ahead OpenSSL's own requests (a header, a record) are served.</summary>
    private const int ReadAheadMin = 2 * 1024;

    /// <summary>
    /// Ciphertext beyond the reader's room that one call takes: handshake messages and empty records carry nothing to
    /// the reader, and a peer that sends nothing else must not hold the thread.
    /// </summary>
    private const int EmptyBytesMax = 64 * 1024;

    [ThreadStatic]
    private static TlsWork? t_current;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(CipherBytes + RecordMax, pinned: true);
    private readonly byte* _cipher;
    private int _start;
    private int _end;
    private int _fd;
    private nint _room;   // plaintext that the reader can still take; 0 without read-ahead
    private nint _budget; // ciphertext that this call may still take
    private bool _drained;

    private TlsWork()
    {
        _cipher = (byte*)Unsafe.AsPointer(ref _memory[0]);
        Record = _cipher + CipherBytes;
    }

    /// <summary>The calling thread's.</summary>
    public static TlsWork Current => t_current ??= new TlsWork();

    /// <summary>Room for <see cref="RecordMax"/> bytes that become one record.</summary>
    public byte* Record { get; }

    /// <summary>Bytes that moved through the socket since <see cref="Begin"/>.</summary>
    public nint Moved { get; private set; }

    /// <summary>The socket's end was met.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The socket failed.</summary>
    public Errno Errno { get; private set; }

    /// <summary>
    /// What OpenSSL's last word with the socket was told to wait for, as SSL_get_error answers it: WANT_READ,
    /// WANT_WRITE, or 0.
    /// </summary>
    public int Waits { get; private set; }

    /// <summary>The socket is drained and all that came was handed on: asking again would give nothing.</summary>
    public bool IsDry => _drained && _start == _end;

    /// <summary>The last receive brought less than it asked for, but not the end.</summary>
    public bool IsShort => _drained && !IsEnded;

    /// <summary>The call took all that it may take; there may be more.</summary>
    public bool IsSpent => _budget <= 0;

    /// <summary>Begins a call on a socket.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="room">Bytes that the reader can take, 0 when this call is not for reading.</param>
    /// <param name="readsAhead">Whether more than the record that is asked for may be received.</param>
    public void Begin(int fd, nint room, bool readsAhead)
    {
        _fd = fd;
        _room = readsAhead ? room : 0;
        _budget = room + EmptyBytesMax;
        _start = 0;
        _end = 0;
        _drained = false;
        Moved = 0;
        Waits = 0;
        IsEnded = false;
        Errno = Errno.None;
    }

    /// <summary>The reader got plaintext.</summary>
    public void Filled(int count) => _room -= count;

    /// <summary>OpenSSL asks for ciphertext: how much it gets; 0 = the end or an error, -1 = later.</summary>
    public int Give(byte* into, int wanted)
    {
        if (_start == _end)
        {
            if (_drained || _budget <= 0)
            {
                return Wait(OpenSsl.SSL_ERROR_WANT_READ);
            }
            nint ahead = Math.Min(_room - RecordMax, CipherBytes);
            if (ahead < ReadAheadMin)
            {
                return Receive(into, wanted);
            }
            int received = Receive(_cipher, (int)ahead);
            if (received <= 0)
            {
                return received;
            }
            _start = 0;
            _end = received;
        }
        Waits = 0;
        int count = Math.Min(wanted, _end - _start);
        Buffer.MemoryCopy(_cipher + _start, into, count, count);
        _start += count;
        return count;
    }

    /// <summary>OpenSSL sends ciphertext: how much was taken; 0 = an error, -1 = later.</summary>
    public int Take(byte* from, int count)
    {
        SysResult result;
        do
        {
            result = SysResult.Of(Libc.send(_fd, from, (nuint)count, Libc.MSG_NOSIGNAL));
        }
        while (result.Errno == Errno.Interrupted);
        return Moves(result, OpenSsl.SSL_ERROR_WANT_WRITE);
    }

    private int Receive(byte* into, int wanted)
    {
        SysResult result;
        do
        {
            result = SysResult.Of(Libc.recv(_fd, into, (nuint)wanted, 0));
        }
        while (result.Errno == Errno.Interrupted);
        if (!result.IsError)
        {
            IsEnded = result.Value == 0;
            _drained = result.Int < wanted; // a short read means drained: epoll(7), "edge-triggered"
            _budget -= result.Value;
        }
        return Moves(result, OpenSsl.SSL_ERROR_WANT_READ);
    }

    private int Moves(SysResult result, int wait)
    {
        if (result.Errno == Errno.Again)
        {
            return Wait(wait);
        }
        Waits = 0;
        if (result.IsError)
        {
            Errno = result.Errno;
            return 0;
        }
        Moved += result.Value;
        return result.Int;
    }

    private int Wait(int what)
    {
        Waits = what;
        return -1;
    }
}
