using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>A blocking client that asks in lines, of Larder or of memcached.</summary>
internal sealed class AskingClient : IDisposable
{
    public const int DeadlineMs = 20_000;

    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    public AskingClient(EndPoint endPoint)
    {
        bool isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream,
            isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            SendTimeout = DeadlineMs,
            ReceiveTimeout = DeadlineMs,
        };
        try
        {
            socket.Connect(endPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        LocalEndPoint = socket.LocalEndPoint;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.ASCII);
    }

    public EndPoint? LocalEndPoint { get; }

    public void Send(byte[] bytes) => _stream.Write(bytes);

    public void Send(string text) => _stream.Write(Encoding.ASCII.GetBytes(text));

    /// <summary>A line without its end, or "closed".</summary>
    public string ReadLine() => _reader.ReadLine() ?? "closed";

    public string Ask(string line)
    {
        Send(line + "\r\n");
        return ReadLine();
    }

    /// <summary>The STAT lines up to END, as names and values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Stats(string line)
    {
        var stats = new List<KeyValuePair<string, string>>();
        string answer = Ask(line);
        while (answer != "END")
        {
            string[] parts = answer.Split(' ', 3);
            Assert.True(parts.Length == 3 && parts[0] == "STAT", $"no STAT line: {answer}");
            stats.Add(new(parts[1], parts[2]));
            answer = ReadLine();
        }
        return stats;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }
}
