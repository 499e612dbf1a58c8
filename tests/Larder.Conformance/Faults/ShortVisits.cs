using System.Net;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Clients that connect, ask one request, read the whole answer and leave, again and again, each on a thread: nobody
/// may be refused, reset or left without an answer.
/// </summary>
public sealed class ShortVisits : IDisposable
{
    private readonly Thread[] _threads;
    private readonly string?[] _failures;
    private volatile bool _finishing;
    private long _count;

    /// <summary>Lets <paramref name="clientCount"/> clients begin, which take the end points in turn.</summary>
    public ShortVisits(IReadOnlyList<EndPoint> endPoints, int clientCount)
    {
        _failures = new string?[clientCount];
        _threads = [.. Enumerable.Range(0, clientCount).Select(index => new Thread(
            () => _failures[index] = Run(endPoints[index % endPoints.Count], index)) { IsBackground = true })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Waits until <paramref name="more"/> further visits have ended well.</summary>
    public void AwaitProgress(long more)
    {
        long wanted = Interlocked.Read(ref _count) + more;
        bool came = Deadline.After(TimeSpan.FromSeconds(60)).Await(
            () => Interlocked.Read(ref _count) >= wanted || _failures.Any(failure => failure is not null));
        Assert.All(_failures, Assert.Null);
        Assert.True(came, $"only {Interlocked.Read(ref _count)} of {wanted} visits ended");
    }

    /// <summary>Ends it and fails if a single visit did not end well. How many there were.</summary>
    public long AssertServed()
    {
        Dispose();
        Assert.All(_failures, Assert.Null);
        return _count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _finishing = true;
        foreach (Thread thread in _threads)
            thread.Join();
    }

    /// <summary>One client; what was wrong, or null.</summary>
    private string? Run(EndPoint endPoint, int index)
    {
        try
        {
            for (long visit = 0; !_finishing; visit++)
            {
                using WireClient client = WireClient.Connect(endPoint);
                string key = $"visit{index}-{visit}";
                client.Send($"set {key} 0 0 1\r\nv\r\nget {key}\r\n");
                foreach (string expected in (string[])["STORED", $"VALUE {key} 0 1", "v", "END"])
                {
                    string line = client.ReadLine();
                    if (line != expected)
                        return $"visit {visit} got {line} instead of {expected}";
                }
                client.Reset(); // or so many visits would use up the ports
                Interlocked.Increment(ref _count);
            }
            return null;
        }
        catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException)
        {
            return $"{endPoint}: {broken.Message}";
        }
    }
}
