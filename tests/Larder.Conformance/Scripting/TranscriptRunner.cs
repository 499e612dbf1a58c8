using System.Globalization;
using System.Net;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Scripting;

/// <summary>
/// Plays a transcript to a server and gathers what is answered otherwise than it says. Each section has its own
/// connections; at its end the client closes its sending half and the server must end the stream without another
/// byte, so an answer too many is found as well as one too few.
/// </summary>
public sealed class TranscriptRunner
{
    /// <summary>
    /// Requests longer than this are cut into bytes only at both ends when they are sent byte by byte.
    /// </summary>
    private const int SingleBytesMax = 2000;

    private readonly EndPoint _endPoint;
    private readonly SendMode _mode;
    private readonly KnownDifferences? _differences;
    private readonly bool _clockMoves;
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, WireClient> _clients = [];
    private readonly Dictionary<string, ulong> _kept = [];
    private Transcript _transcript = null!;
    private Section _section = null!;

    private TranscriptRunner(EndPoint endPoint, SendMode mode, KnownDifferences? differences, bool clockMoves)
    {
        _clockMoves = clockMoves;
        _endPoint = endPoint;
        _mode = mode;
        _differences = differences;
    }

    /// <summary>Plays <paramref name="transcript"/> and returns a description of every failure.</summary>
    /// <param name="transcript">What to play.</param>
    /// <param name="endPoint">The server.</param>
    /// <param name="mode">How requests are cut into writes.</param>
    /// <param name="differences">The answers that this server is known to give instead; null if none are
    /// allowed.</param>
    /// <param name="clockMoves">Whether the server knows debugtime.</param>
    public static IReadOnlyList<string> Run(
        Transcript transcript, EndPoint endPoint, SendMode mode, KnownDifferences? differences, bool clockMoves)
    {
        var runner = new TranscriptRunner(endPoint, mode, differences, clockMoves) { _transcript = transcript };
        foreach (Section section in transcript.Sections)
            runner.RunSection(section);
        return runner._failures;
    }

    private void RunSection(Section section)
    {
        _section = section;
        _kept.Clear();
        try
        {
            if (RunSteps(section.Steps))
                EndStreams();
        }
        catch (InvalidOperationException wrong)
        {
            Fail(section.Line, wrong.Message);
        }
        finally
        {
            foreach (WireClient client in _clients.Values)
                client.Dispose();
            _clients.Clear();
        }
    }

    private bool RunSteps(IReadOnlyList<TranscriptStep> steps)
    {
        for (int first = 0; first < steps.Count;)
        {
            int count = _mode == SendMode.Pipelined ? CountTogether(steps, first) : 1;
            if (!RunTogether(steps, first, count))
                return false;
            first += count;
        }
        return true;
    }

    /// <summary>
    /// How many exchanges from <paramref name="first"/> on can be sent without an answer to an earlier one.
    /// </summary>
    private static int CountTogether(IReadOnlyList<TranscriptStep> steps, int first)
    {
        var awaited = new HashSet<string>(StringComparer.Ordinal);
        int index = first;
        for (; index < steps.Count; index++)
        {
            TranscriptStep step = steps[index];
            if (step.Kind != StepKind.Exchange || step.Eventually || step.Connection != steps[first].Connection
                || step.Sent.Recalled.Any(awaited.Contains))
                break;
            awaited.UnionWith(step.Expected.Kept);
        }
        return Math.Max(1, index - first);
    }

    private bool RunTogether(IReadOnlyList<TranscriptStep> steps, int first, int count)
    {
        TranscriptStep step = steps[first];
        WireClient client = ClientOf(step.Connection);
        switch (step.Kind)
        {
            case StepKind.ServerCloses:
                return AwaitEnd(step.Line, client);
            case StepKind.ClientCloses:
                client.CloseSending();
                return true;
            case StepKind.TimePasses:
                return !_clockMoves || MoveClock(step, client);
        }
        if (step.Eventually)
            return RunEventually(step, client);
        using var requests = new MemoryStream();
        for (int index = first; index < first + count; index++)
            requests.Write(steps[index].Sent.Render(_kept));
        SendRequests(client, requests.ToArray());
        for (int index = first; index < first + count; index++)
        {
            if (!AwaitAnswer(steps[index], client))
                return false;
        }
        return true;
    }

    private bool MoveClock(TranscriptStep step, WireClient client)
    {
        string answer = client.Ask(string.Create(CultureInfo.InvariantCulture, $"debugtime {step.Seconds}"));
        if (answer == "OK")
            return true;
        Fail(step.Line, $"debugtime was answered with {answer}");
        return false;
    }

    private WireClient ClientOf(string name)
    {
        if (!_clients.TryGetValue(name, out WireClient? client))
            _clients[name] = client = WireClient.Connect(_endPoint);
        return client;
    }

    /// <summary>
    /// A failed send is no failure yet: the answer that misses, or the end that is expected, will tell.
    /// </summary>
    private void SendRequests(WireClient client, byte[] bytes)
    {
        Deadline deadline = Deadline.Usual;
        if (_mode != SendMode.ByteByByte)
        {
            client.Send(bytes, deadline);
            return;
        }
        bool sent = true;
        for (int index = 0; index < bytes.Length && sent;)
        {
            bool edge = index < SingleBytesMax / 2 || index >= bytes.Length - SingleBytesMax / 2;
            int count = edge ? 1 : bytes.Length - SingleBytesMax / 2 - index;
            sent = client.Send(bytes.AsSpan(index, count), deadline);
            index += count;
        }
    }

    private bool AwaitAnswer(TranscriptStep step, WireClient client)
    {
        KnownDifference? difference = _differences?.Find(_transcript.Name, _section.Name, step.Number, _mode);
        Pattern expected = difference?.Answer ?? step.Expected;
        MatchStatus status = AwaitMatch(client, expected, Deadline.Usual, out int length);
        if (status != MatchStatus.Matched)
        {
            FailAnswer(step, client, expected, difference);
            return false;
        }
        if (difference is null)
        {
            client.Consume(length);
            return true;
        }
        return AwaitDifference(step, client, difference, length);
    }

    private bool AwaitDifference(TranscriptStep step, WireClient client, KnownDifference difference, int length)
    {
        // Nothing said is a difference only if it stays so.
        MatchStatus asWritten = difference.Answer.IsEmpty
            ? AwaitMatch(client, step.Expected, Deadline.After(TimeSpan.FromMilliseconds(300)), out int lengthWritten)
            : step.Expected.Match(client.Received, _kept, out lengthWritten);
        bool same = asWritten == MatchStatus.Matched && lengthWritten >= length && !difference.Closes;
        if (same)
            Fail(step.Line, $"the difference {difference.Heading} is listed, but the answer is as the transcript says");
        client.Consume(length);
        if (difference.Closes)
            AwaitEnd(step.Line, client);
        return !same && !difference.Closes && !difference.LeavesRest;
    }

    private bool RunEventually(TranscriptStep step, WireClient client)
    {
        Deadline deadline = Deadline.Usual;
        byte[] request = step.Sent.Render(_kept);
        bool answered = false;
        bool matched = deadline.Await(() =>
        {
            client.Send(request, deadline);
            if (AwaitMatch(client, step.Expected, deadline, out int length) == MatchStatus.Matched)
            {
                client.Consume(length);
                return answered = true;
            }
            SettleReceived(client);
            return client.Ended;
        }, 100);
        if (matched && answered)
            return true;
        FailAnswer(step, client, step.Expected, null);
        return false;
    }

    /// <summary>Takes the rest of a wrong answer, whose length nobody knows: all that comes before a pause.</summary>
    private static void SettleReceived(WireClient client)
    {
        while (client.Receive(Deadline.After(TimeSpan.FromMilliseconds(60))))
        {
        }
        client.Consume(client.Received.Length);
    }

    private MatchStatus AwaitMatch(WireClient client, Pattern expected, Deadline deadline, out int length)
    {
        while (true)
        {
            MatchStatus status = expected.Match(client.Received, _kept, out length);
            if (status != MatchStatus.Incomplete || !client.Receive(deadline))
                return status;
        }
    }

    private bool AwaitEnd(int line, WireClient client)
    {
        if (client.AwaitEnd(Deadline.Usual))
            return true;
        Fail(line, client.Ended
            ? $"the stream ended, but before that came: {Escaping.Show(client.Received)}"
            : $"the stream should have ended; received: {Escaping.Show(client.Received)}");
        return false;
    }

    private void EndStreams()
    {
        foreach ((string name, WireClient client) in _clients)
        {
            if (client.Ended)
                continue;
            client.CloseSending();
            if (!AwaitEnd(_section.Line, client))
                Fail(_section.Line, $"...on the connection {name}, after its last request");
        }
    }

    private void FailAnswer(TranscriptStep step, WireClient client, Pattern expected, KnownDifference? difference)
    {
        while (client.Receive(Deadline.After(TimeSpan.FromMilliseconds(100))))
        {
        }
        string listed = difference is null ? "" : $" (listed in KnownDifferences.txt as {difference.Heading})";
        string ended = client.Ended ? ", then the end" : "";
        Fail(
            step.Line,
            $"exchange {step.Number}: sent\n{step.Sent}expected{listed}\n{expected}received{ended}\n"
            + Escaping.Show(client.Received));
    }

    private void Fail(int line, string what) =>
        _failures.Add($"{_transcript.Name}.txt:{line} == {_section.Name} #{_mode}: {what}");
}
