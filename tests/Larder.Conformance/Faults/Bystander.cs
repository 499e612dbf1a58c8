using System.Diagnostics;
using System.Net;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Well-behaved clients beside the faulty ones: they set and get all the time, on a thread of their own, and must be
/// answered rightly and soon.
/// </summary>
public sealed class Bystander : IDisposable
{
    private readonly WireClient[] _clients;
    private readonly Thread _thread;
    private readonly byte[] _set;
    private readonly byte[] _get;
    private readonly byte[] _value;
    private volatile bool _finishing;
    private string? _failure;
    private long _count;
    private TimeSpan _slowest;

    /// <summary>Connects <paramref name="clientCount"/> clients and lets them begin.</summary>
    public Bystander(EndPoint endPoint, int clientCount)
    {
        string text = new('b', 100);
        _set = System.Text.Encoding.ASCII.GetBytes($"set bystander 0 0 {text.Length}\r\n{text}\r\n");
        _get = "get bystander\r\n"u8.ToArray();
        _value = System.Text.Encoding.ASCII.GetBytes($"VALUE bystander 0 {text.Length}\r\n{text}\r\nEND\r\n");
        _clients = [.. Enumerable.Range(0, clientCount).Select(_ => WireClient.Connect(endPoint))];
        _thread = new Thread(Run) { Name = "bystander", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Requests answered so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Waits until <paramref name="more"/> further requests were answered.</summary>
    public void AwaitProgress(long more)
    {
        long wanted = Count + more;
        Deadline.Usual.Await(() => Count >= wanted || _failure is not null);
        Assert.True(Count >= wanted, _failure ?? $"only {Count} of {wanted} requests were answered");
    }

    /// <summary>
    /// Ends it and fails if an answer was wrong, missing, or later than <paramref name="slowestMax"/>.
    /// </summary>
    public void AssertServed(TimeSpan slowestMax)
    {
        _finishing = true;
        _thread.Join();
        Assert.True(_failure is null, _failure);
        Assert.True(_count > 0, "the bystander was never answered");
        Assert.True(_slowest <= slowestMax, $"the slowest of {_count} requests took {_slowest}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _finishing = true;
        _thread.Join();
        foreach (WireClient client in _clients)
            client.Dispose();
    }

    private void Run()
    {
        try
        {
            for (long round = 0; !_finishing; round++)
            {
                foreach (WireClient client in _clients)
                    Ask(client, round % 10 == 0);
            }
        }
        catch (IOException broken)
        {
            _failure = broken.Message;
        }
    }

    private void Ask(WireClient client, bool store)
    {
        long begin = Stopwatch.GetTimestamp();
        if (!client.Send(store ? _set : _get, Deadline.Usual))
            throw new IOException("the bystander's connection broke");
        ReadOnlySpan<byte> answer = store ? "STORED\r\n"u8 : _value;
        while (client.Received.Length < answer.Length && answer.StartsWith(client.Received))
        {
            if (!client.Receive(Deadline.Usual))
                throw new IOException($"the bystander got no answer, only {Escaping.Show(client.Received)}");
        }
        // A full store may have evicted the item: that is no fault.
        bool right = client.Received.SequenceEqual(answer) || (!store && client.Received.SequenceEqual("END\r\n"u8));
        if (!right)
            throw new IOException($"the bystander got a wrong answer: {Escaping.Show(client.Received)}");
        client.Consume(client.Received.Length);
        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        if (took > _slowest)
            _slowest = took;
        Interlocked.Increment(ref _count);
    }
}
