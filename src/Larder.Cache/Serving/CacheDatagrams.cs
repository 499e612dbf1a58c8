using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Larder.Cache.Commands;
using Larder.Cache.Commands.Inspecting;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Datagrams;

namespace Larder.Cache.Serving;

/// <summary>
/// Clients who speak by UDP: each datagram holds whole requests behind a header of 8 bytes, text or binary by its own
/// first byte, and is executed by the dialogues that streams have. Nothing is kept from one datagram to the next.
/// </summary>
/// <remarks>
/// Who sends from a forged address makes us send to its owner. So an answer is limited to
/// <see cref="CacheServerOptions.DatagramAnswerMax"/> bytes, beyond which one error stands for all of it, and what
/// comes from our own port number is dropped: two servers that answer each other's errors would not end.
/// </remarks>
internal sealed class CacheDatagrams(CacheEngine engine, Listener listener) : DatagramConnection(listener)
{
    private readonly TextDialogue _text = new();            // owner: the stepping thread
    private readonly BinaryDialogue _binary = new(null);    // owner: the stepping thread
    private readonly int _port = ((IPEndPoint)listener.LocalEndPoint!).Port;
    private ushort _requestId;                              // owner: the stepping thread

    /// <inheritdoc/>
    protected override int HeadLength => DatagramFrame.HeaderLength;

    /// <inheritdoc/>
    protected override void WriteHead(Span<byte> head, int part, int partCount)
        => DatagramFrame.Write(head, _requestId, part, partCount);

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = input.Length;
        // By datagrams nobody can say who he is.
        if (engine.Entrance is not null || !DatagramFrame.TryRead(input, out _requestId) || SenderPort == _port)
        {
            turn.Counters.DatagramsRefused++;
            return InputState.NeedMore;
        }
        CacheThread thread = Unsafe.As<CacheThread>(turn.State!);
        thread.Serve(this);
        Execute(thread, turn, input[DatagramFrame.HeaderLength..]);
        return InputState.NeedMore;
    }

    /// <inheritdoc/>
    protected override void OnAnswered(Turn turn)
    {
        LatencyMeter latency = Unsafe.As<CacheThread>(turn.State!).Latency;
        if (!latency.IsEmpty)
        {
            long now = Stopwatch.GetTimestamp();
            latency.Record(now - turn.BegunAt);
            turn.BegunAt = now;
        }
    }

    /// <summary>A datagram is executed whole; the turn pays for it afterwards.</summary>
    private void Execute(CacheThread thread, Turn turn, ReadOnlySpan<byte> requests)
    {
        Dialogue dialogue = engine.SpeaksBinary(Listener, requests[0]) ? _binary : _text;
        int requestsLeft = turn.RequestsLeft;
        turn.RequestsLeft = int.MaxValue;
        turn.OutputHigh = engine.Options.DatagramAnswerMax;
        InputState state = dialogue.Process(thread, turn, requests, out int consumed);
        turn.RequestsLeft = requestsLeft - (int.MaxValue - turn.RequestsLeft);
        if (state == InputState.NeedMore && (consumed < requests.Length || dialogue.IsMidRequest))
        {
            turn.Counters.DatagramsRefused++; // the rest would have to come in another one
        }
        dialogue.Reset(engine.Store);
        if (state == InputState.Yield || Output.QueuedBytes > engine.Options.DatagramAnswerMax)
        {
            DropAnswer();
            dialogue.RefuseAnswer(thread, requests);
        }
    }
}
