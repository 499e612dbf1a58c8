using System.Globalization;
using System.Text;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Clients that pipeline increments of a counter of their own, each on a thread, until the server ends their streams.
/// Each must read 1, 2, 3 ... without a gap or half a line.
/// </summary>
public sealed class IncrementLoad : IDisposable
{
    private const int Depth = 50;

    private readonly WireClient[] _clients;
    private readonly Thread[] _threads;
    private readonly string?[] _failures;
    private readonly long[] _counts;

    /// <summary>Connects the clients and lets them begin.</summary>
    public IncrementLoad(TargetServer server, int clientCount)
    {
        _clients = [.. Enumerable.Range(0, clientCount).Select(_ => server.Connect())];
        _failures = new string?[clientCount];
        _counts = new long[clientCount];
        _threads = [.. Enumerable.Range(0, clientCount).Select(
            index => new Thread(() => _failures[index] = Run(index)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Answers so far.</summary>
    private long Answers => _counts.Sum();

    /// <summary>Waits until <paramref name="count"/> answers have come.</summary>
    public void AwaitAnswers(long count) =>
        Assert.True(Deadline.Usual.Await(() => Answers >= count), $"only {Answers} answers came");

    /// <summary>Waits for the ends of all streams; fails if one was not in order. The number of answers.</summary>
    public long CountToTheEnd()
    {
        foreach (Thread thread in _threads)
            Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "a client is still waiting");
        Assert.All(_failures, Assert.Null);
        return Answers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WireClient client in _clients)
            client.Dispose();
    }

    /// <summary>One client; what was wrong, or null.</summary>
    private string? Run(int index)
    {
        WireClient client = _clients[index];
        client.Send($"set stop{index} 0 0 1\r\n0\r\n");
        if (client.ReadLine() != "STORED")
            return "the counter was not stored";
        string request = $"incr stop{index} 1\r\n";
        byte[] requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, Depth)));
        bool sends = true;
        for (long count = 0; ;)
        {
            // When sending fails, what was answered is still to be read.
            sends = sends && client.Send(requests, Deadline.Usual);
            while (client.Received.IndexOf((byte)'\n') >= 0)
            {
                string line = client.ReadLine();
                if (line != (++count).ToString(CultureInfo.InvariantCulture))
                    return $"answer {count} of client {index} is {line}";
                Volatile.Write(ref _counts[index], count);
            }
            if (client.Receive(Deadline.Usual))
                continue;
            bool inOrder = client.Ended && client.Received.IsEmpty;
            return inOrder ? null : $"after {count} answers: {Escaping.Show(client.Received)}";
        }
    }
}
