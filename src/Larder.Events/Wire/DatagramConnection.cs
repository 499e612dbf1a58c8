using System.Diagnostics;
using Larder.Events.Driving;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// A datagram socket, driven like a connection: each datagram is a request of its own by whoever sent it, and is
/// answered to him or not at all. Each thread of front ends has one for the same socket; the kernel wakes one of them.
/// </summary>
/// <remarks>
/// <code>
///   Step: [ receive up to 16 -> Process each, cut its answer into datagrams -> send all ] until drained or spent
/// </code>
/// The socket belongs to others as well (to the other threads, and after a hand-over to another process): it is never
/// shut down, and taken out of the poller before our descriptor of it is closed. No timer runs: there is no client who
/// could be idle. Non-goals: requests of several datagrams, waiting for room to answer.
/// </remarks>
/// <param name="listener">Where the socket is bound.</param>
public abstract class DatagramConnection(Listener listener) : Connection
{
    private DatagramBatch? _batch; // owner: the stepping thread
    private int _index;            // owner: the stepping thread; which datagram of the batch is answered

    /// <summary>Where the socket is bound.</summary>
    public Listener Listener { get; } = listener;

    /// <summary>Bytes that <see cref="WriteHead"/> writes before each part of an answer.</summary>
    protected abstract int HeadLength { get; }

    /// <summary>The port of who sent the datagram that is answered; only inside of the callbacks.</summary>
    protected int SenderPort => SocketAddressBytes.Port(_batch!.Sender(_index));

    internal override bool SharesSocket => true;

    /// <summary>Who sent the datagram that is answered, as memcached writes it; only inside of the callbacks.</summary>
    public string SenderName()
        => SocketAddressBytes.Format(SocketAddressBytes.Read(_batch!.Sender(_index)), isDatagram: true);

    /// <summary>
    /// Writes what stands before a part of the present datagram's answer.
    /// </summary>
    /// <param name="head">As long as <see cref="HeadLength"/>.</param>
    /// <param name="part">Number of the part, from 0.</param>
    /// <param name="partCount">Parts of this answer.</param>
    protected abstract void WriteHead(Span<byte> head, int part, int partCount);

    /// <summary>Throws the present answer away.</summary>
    protected void DropAnswer()
    {
        Output.Discard();
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason) => _batch?.Dispose();

    internal override void End(CloseReason reason)
    {
        MarkEnd(reason);
        Shutdown();
    }

    private protected override Next Run(Turn turn)
    {
        bool ends = turn.Stop.IsSet || IsEndAsked;
        if (ends && Listener.IsShared)
        {
            return Leave(); // what has come is another process's
        }
        _batch ??= new DatagramBatch();
        Next next = Drain(turn);
        return ends ? Leave() : next;
    }

    private Next Leave()
    {
        MarkEnd(CloseReason.Stopped);
        return Next.Close;
    }

    private Next Drain(Turn turn)
    {
        while (turn.BytesLeft > 0 && turn.RequestsLeft > 0)
        {
            SysResult result = _batch!.Receive(Descriptor, turn.Counters);
            if (result.IsError)
            {
                // EAGAIN: another thread was faster. All else tells of a datagram that we sent, and is told once.
                _progress |= result.Errno == Errno.Again;
                return result.Errno == Errno.Interrupted ? Next.Again : Next.WaitRead;
            }
            _progress = true;
            for (_index = 0; _index < result.Int; _index++)
            {
                Answer(turn, _batch.Datagram(_index));
            }
            _batch.Send(Descriptor, turn.Counters);
            OnAnswered(turn);
            if (result.Int < DatagramBatch.Capacity)
            {
                return Next.WaitRead;
            }
        }
        turn.Counters.Yields++;
        return Next.Again;
    }

    private void Answer(Turn turn, ReadOnlySpan<byte> datagram)
    {
        turn.BytesLeft -= datagram.Length;
        Process(turn, datagram, out int consumed);
        Debug.Assert(consumed <= datagram.Length, "consumed more than the datagram");
        int room = DatagramBatch.ReplyLengthMax - HeadLength;
        int parts = (int)((Output.QueuedBytes + room - 1) / room);
        for (int part = 0; part < parts; part++)
        {
            int length = (int)Math.Min(Output.QueuedBytes, room);
            Span<byte> reply = _batch!.Reply(_index, HeadLength + length, Descriptor, turn.Counters);
            WriteHead(reply[..HeadLength], part, parts);
            Output.Take(reply[HeadLength..]);
        }
        Output.Discard(); // a block that was asked for and not used
    }
}
