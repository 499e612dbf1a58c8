using System.Globalization;

namespace Larder.Conformance.Scripting;

/// <summary>
/// Reads a transcript, line by line.
/// <code>
/// # ...            a remark
/// @server ARGS     the server's options (before the first section)
/// == NAME          a section: new connections, the same server
/// > TEXT           sends TEXT and CR LF           >| TEXT   sends exactly TEXT
/// &lt; TEXT           expects TEXT and CR LF         &lt;| TEXT   expects exactly TEXT
/// >: FRAME         sends a binary frame           &lt;: FRAME  expects one; see <see cref="FrameReader"/>
/// @on NAME         what follows is on the connection NAME (the first one is called main)
/// @closed          the server ends the stream
/// @half            the client closes its sending half
/// @pass SECONDS    moves the clock of a server that knows debugtime; for others, @eventually follows
/// @eventually      the next exchange is repeated until it is answered as it stands
/// </code>
/// TEXT is described at <see cref="PatternReader"/>. Lines that send, followed by lines that expect, are one exchange.
/// </summary>
public sealed class TranscriptReader
{
    /// <summary>The connection that a section begins with.</summary>
    public const string FirstConnection = "main";

    private readonly string _name;
    private readonly List<string> _serverArguments = [];
    private readonly List<Section> _sections = [];
    private string? _sectionName;
    private int _sectionLine;
    private List<TranscriptStep> _steps = [];
    private string _connection = FirstConnection;
    private Pattern _sent = Pattern.Empty;
    private Pattern _expected = Pattern.Empty;
    private int _exchangeLine;
    private int _exchangeCount;
    private bool _eventually;

    private TranscriptReader(string name) => _name = name;

    /// <summary>Parses the lines of the transcript called <paramref name="name"/>.</summary>
    /// <exception cref="FormatException">A line is wrong; the message names it.</exception>
    public static Transcript Read(string name, IReadOnlyList<string> lines)
    {
        var reader = new TranscriptReader(name);
        for (int index = 0; index < lines.Count; index++)
        {
            try
            {
                reader.ReadLine(lines[index], index + 1);
            }
            catch (FormatException wrong)
            {
                throw new FormatException($"{name}.txt:{index + 1}: {wrong.Message}", wrong);
            }
        }
        reader.EndSection();
        return new Transcript(name, reader._serverArguments, reader._sections);
    }

    private void ReadLine(string line, int number)
    {
        if (line.Length == 0 || line[0] == '#')
            return;
        if (line[^1] is ' ' or '\t')
            throw new FormatException("a blank at the end of a line is written \\x20");
        if (line.StartsWith("== ", StringComparison.Ordinal))
            BeginSection(line[3..], number);
        else if (line.StartsWith("@server ", StringComparison.Ordinal))
            _serverArguments.AddRange(line[8..].Split(' '));
        else if (_sectionName is null)
            throw new FormatException("a section (== NAME) comes first");
        else if (line[0] == '>')
            AddSent(Body(line), number);
        else if (line[0] == '<')
            AddExpected(Body(line), number);
        else
            ReadDirective(line, number);
    }

    private void ReadDirective(string line, int number)
    {
        EndExchange();
        if (line.StartsWith("@on ", StringComparison.Ordinal))
            _connection = line[4..];
        else if (line == "@closed")
            _steps.Add(new TranscriptStep { Kind = StepKind.ServerCloses, Connection = _connection, Line = number });
        else if (line == "@half")
            _steps.Add(new TranscriptStep { Kind = StepKind.ClientCloses, Connection = _connection, Line = number });
        else if (line.StartsWith("@pass ", StringComparison.Ordinal))
            AddPass(int.Parse(line[6..], CultureInfo.InvariantCulture), number);
        else if (line == "@eventually")
            _eventually = true;
        else
            throw new FormatException($"unknown line: {line}");
    }

    private void AddPass(int seconds, int number) =>
        _steps.Add(new TranscriptStep
        {
            Kind = StepKind.TimePasses,
            Connection = _connection,
            Line = number,
            Seconds = seconds,
        });

    /// <summary>The pattern of a line that sends or expects.</summary>
    internal static Pattern Body(string line)
    {
        if (line.StartsWith(">: ", StringComparison.Ordinal))
            return FrameReader.Read(line[3..], magic: 0x80);
        if (line.StartsWith("<: ", StringComparison.Ordinal))
            return FrameReader.Read(line[3..], magic: 0x81);
        if (line.Length >= 2 && line[1] == '|')
            return PatternReader.Read(line.Length > 3 ? line[3..] : "");
        return PatternReader.Read((line.Length > 2 ? line[2..] : "") + "\\r\\n");
    }

    private void AddSent(Pattern sent, int number)
    {
        if (!_expected.IsEmpty)
            EndExchange();
        if (_sent.IsEmpty)
            _exchangeLine = number;
        _sent = _sent.Then(sent);
    }

    private void AddExpected(Pattern expected, int number)
    {
        if (_sent.IsEmpty && _expected.IsEmpty)
            _exchangeLine = number;
        _expected = _expected.Then(expected);
    }

    private void EndExchange()
    {
        if (_sent.IsEmpty && _expected.IsEmpty)
            return;
        _steps.Add(new TranscriptStep
        {
            Kind = StepKind.Exchange,
            Connection = _connection,
            Line = _exchangeLine,
            Number = ++_exchangeCount,
            Sent = _sent,
            Expected = _expected,
            Eventually = _eventually,
        });
        _sent = _expected = Pattern.Empty;
        _eventually = false;
    }

    private void BeginSection(string name, int number)
    {
        EndSection();
        if (_sections.Exists(s => s.Name == name))
            throw new FormatException($"{_name} has two sections called {name}");
        _sectionName = name;
        _sectionLine = number;
    }

    private void EndSection()
    {
        EndExchange();
        if (_sectionName is not null)
            _sections.Add(new Section(_sectionName, _sectionLine, _steps));
        _steps = [];
        _connection = FirstConnection;
        _exchangeCount = 0;
    }
}
