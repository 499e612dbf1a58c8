using Larder.Events.Native;
using Larder.Events.Tls;

namespace Larder.Events.Wire;

/// <summary>
/// One connection's bytes through TLS. The handshake is part of the first receives (of a client: sends), so it goes on
/// whenever its connection is stepped and never waits.
/// </summary>
/// <remarks>
/// <code>
///   Receive: SSL_read, record by record, until the reader's room is full or the socket drained
///   Send:    replies gathered to a record -> SSL_write -> one send; large values from where they lie
/// </code>
/// The SSL is made with the first bytes: a client that says nothing costs none. What OpenSSL has decrypted and the
/// reader had no room for, the peer's end behind data, and a call that was cut short are told by
/// <see cref="Transport.HasMore"/>, since no edge will follow. A record that was sent in part is sent first: the queue
/// still begins with the same bytes (SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER). Owned by the stepping thread.
/// </remarks>
internal sealed unsafe class TlsTransport : Transport
{
    /// <summary>
    /// As much as a turn receives (docs/decisions/turn-budget.md): sixteen full records, each encrypted and sent by a
    /// system call of its own.
    /// </summary>
    internal const int FlushBytesMax = 256 * 1024;

    private readonly TlsParty _party;
    private readonly TlsVerify _verify;
    private nint _ssl;
    private Errno _failure;
    private bool _ended;
    private bool _saidEnd;
    private bool _hasSpoken; // the peer
    private bool _hasData;

    public TlsTransport(TlsParty party, TlsVerify verify)
    {
        _party = party;
        _verify = verify;
        IsHandshaking = true;
    }

    /// <inheritdoc/>
    public override int HandshakeTimeoutMs => _party.HandshakeTimeoutMs;

    /// <inheritdoc/>
    public override int PendingBytes => _ssl == 0 ? 0 : OpenSsl.SSL_pending(_ssl);

    /// <inheritdoc/>
    public override int SendBytesMax => FlushBytesMax;

    /// <inheritdoc/>
    public override SysResult Receive(int fd, IoVector* vectors, int count)
    {
        if (IsOver(out SysResult over))
        {
            return over;
        }
        nint room = 0;
        for (int i = 0; i < count; i++)
        {
            room += (nint)vectors[i].Length;
        }
        TlsWork work = Begin(fd, room);
        nint total = 0;
        for (int i = 0; i < count; i++)
        {
            byte* place = (byte*)vectors[i].Base;
            nint length = (nint)vectors[i].Length;
            for (nint filled = 0; filled < length;)
            {
                int read = OpenSsl.SSL_read(_ssl, place + filled, (int)Math.Min(length - filled, int.MaxValue));
                if (read <= 0)
                {
                    return ReadStopped(fd, work, read, total);
                }
                work.Filled(read);
                filled += read;
                total += read;
                if (filled < length && work.IsDry)
                {
                    // A record gives all it has: the next call would find nothing, and say so at some cost.
                    return ReadEnough(total);
                }
            }
        }
        return ReadEnough(total);
    }

    /// <inheritdoc/>
    public override SysResult Send(int fd, IoVector* vectors, int count)
    {
        if (_failure != Errno.None)
        {
            return SysResult.Fail(_failure);
        }
        TlsWork work = Begin(fd, 0);
        var rest = new TlsGather(vectors, count);
        nint total = 0;
        while (!rest.IsEmpty)
        {
            byte* record = rest.Next(work.Record, _party.RecordBytes, out int length);
            int written = OpenSsl.SSL_write(_ssl, record, length);
            if (written <= 0)
            {
                SysResult stopped = Stopped(fd, work, written);
                SendWantsRead = IsHandshaking && stopped.Errno == Errno.Again && !WantsWrite;
                WantsWrite = false; // what is queued asks for it anyway
                return total > 0 && stopped.Errno == Errno.Again ? SysResult.Ok(total) : stopped;
            }
            total += written;
            rest.Skip(written);
        }
        FinishHandshake();
        return SysResult.Ok(total);
    }

    /// <inheritdoc/>
    public override bool EndStream(int fd)
    {
        if (_ssl == 0 || IsHandshaking || _failure != Errno.None || _saidEnd)
        {
            return true;
        }
        TlsWork work = Begin(fd, 0);
        int result = OpenSsl.SSL_shutdown(_ssl);
        _saidEnd = result >= 0 || Stopped(fd, work, result).Errno != Errno.Again || !WantsWrite;
        return _saidEnd;
    }

    /// <inheritdoc/>
    public override void Free()
    {
        if (IsHandshaking)
        {
            HandshakeOver();
        }
        if (_ssl != 0)
        {
            OpenSsl.SSL_free(_ssl);
            _ssl = 0;
        }
        _failure = Errno.BadDescriptor;
    }

    private bool IsOver(out SysResult over)
    {
        over = _failure != Errno.None ? SysResult.Fail(_failure) : SysResult.Ok(0);
        return _ended || _failure != Errno.None;
    }

    private TlsWork Begin(int fd, nint room)
    {
        if (_ssl == 0)
        {
            Open(fd);
        }
        HasMore = false;
        EndMayFollow = false;
        WantsWrite = false;
        SendWantsRead = false;
        Moved = 0;
        TlsWork work = TlsWork.Current;
        work.Begin(fd, room, readsAhead: !IsHandshaking);
        if (IsHandshaking || _party.UsesKernel)
        {
            OpenSsl.ERR_clear_error(); // SSL_get_error(3) looks at the thread's queue, whoever filled it
        }
        return work;
    }

    private void Open(int fd)
    {
        _ssl = _party.Open(_verify);
        if (_party.UsesKernel)
        {
            if (OpenSsl.SSL_set_fd(_ssl, fd) != 1)
            {
                throw new InvalidOperationException("OpenSSL has no memory for a BIO");
            }
        }
        else
        {
            nint bio = TlsBio.Create();
            OpenSsl.SSL_set_bio(_ssl, bio, bio);
        }
    }

    private SysResult ReadEnough(nint total)
    {
        FinishHandshake();
        NoteData();
        return SysResult.Ok(total);
    }

    /// <summary>SSL_read gave nothing more: what the whole receive answers.</summary>
    private SysResult ReadStopped(int fd, TlsWork work, int result, nint total)
    {
        SysResult stopped = Stopped(fd, work, result);
        Moved = _party.UsesKernel ? 1 : (int)work.Moved; // the kernel's socket does not tell
        EndMayFollow = work.IsShort;
        if (total == 0)
        {
            return stopped;
        }
        NoteData();
        HasMore |= stopped.Errno != Errno.Again; // the end or the error is the next call's answer
        return SysResult.Ok(total);
    }

    /// <summary>Why a call gave nothing: EAGAIN, 0 for the peer's end, or the error.</summary>
    private SysResult Stopped(int fd, TlsWork work, int result)
    {
        int error = work.Waits != 0 ? work.Waits : OpenSsl.SSL_get_error(_ssl, result);
        _hasSpoken |= work.Moved > 0;
        FinishHandshake(); // the last of it may have come with data, and the end, in one call
        switch (error)
        {
            case OpenSsl.SSL_ERROR_WANT_READ:
                HasMore = work.IsSpent;
                return SysResult.Fail(Errno.Again);
            case OpenSsl.SSL_ERROR_WANT_WRITE:
                WantsWrite = true;
                return SysResult.Fail(Errno.Again);
            case OpenSsl.SSL_ERROR_ZERO_RETURN when !IsHandshaking:
                _ended = true;
                if (work.IsEnded)
                {
                    _party.Counters.CountTruncation();
                }
                return SysResult.Ok(0);
            default:
                return Break(fd, work, error);
        }
    }

    /// <summary>The connection has failed; the socket's own error, or EPROTO.</summary>
    private SysResult Break(int fd, TlsWork work, int error)
    {
        string reason = error == OpenSsl.SSL_ERROR_SSL ? OpenSslErrors.TakeReason()
            : work.Errno != Errno.None ? work.Errno.ToString() : "the peer has left";
        OpenSsl.ERR_clear_error();
        bool saidNothing = IsHandshaking && work.IsEnded && !_hasSpoken;
        if (error == OpenSsl.SSL_ERROR_SSL || (IsHandshaking && !saidNothing))
        {
            _party.Failed(fd, reason, IsHandshaking);
        }
        _failure = error == OpenSsl.SSL_ERROR_SSL ? Errno.Protocol
            : work.Errno != Errno.None ? work.Errno : Errno.ConnectionReset;
        if (_failure == Errno.Protocol)
        {
            LetAlertArrive(fd, work);
        }
        return SysResult.Fail(_failure);
    }

    /// <summary>
    /// Takes what the peer has sent by now: close(2) with unread input would reset the connection, and the alert that
    /// says why would be lost on its way (RFC 9293 3.6.1).
    /// </summary>
    private static void LetAlertArrive(int fd, TlsWork work)
        => SysResult.Of(Libc.recv(fd, work.Record, TlsWork.RecordMax, Libc.MSG_DONTWAIT));

    private void NoteData()
    {
        if (!_hasData)
        {
            _hasData = true;
            _party.FirstData(_ssl);
        }
    }

    private void FinishHandshake()
    {
        if (!IsHandshaking || OpenSsl.SSL_is_init_finished(_ssl) == 0)
        {
            return;
        }
        HandshakeOver();
        OpenSsl.ERR_clear_error(); // what went well may have left its tries there
        bool inKernel = OpenSsl.BIO_ctrl(OpenSsl.SSL_get_wbio(_ssl), OpenSsl.BIO_CTRL_GET_KTLS_SEND, 0, null) > 0;
        _party.Counters.CountHandshake(OpenSsl.SSL_session_reused(_ssl) != 0, inKernel);
    }

    private void HandshakeOver()
    {
        IsHandshaking = false;
        _party.HandshakeOver();
    }
}
