using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Larder.Bench;
using Larder.Client;

namespace Larder.Asking;

/// <summary>Where answers go: values as they are, statuses as a word, or everything as a line of JSON.</summary>
internal sealed class AskOutput
{
    private static readonly UTF8Encoding s_strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _output;
    private readonly TextWriter _messages;
    private readonly string _name;

    /// <param name="input">What <c>-</c> reads.</param>
    /// <param name="output">Answers.</param>
    /// <param name="messages">What went wrong.</param>
    /// <param name="name">The verb's name in messages.</param>
    /// <param name="isJson">One line of JSON for each answer.</param>
    /// <param name="isTerminal">Somebody reads: values end with a line end.</param>
    public AskOutput(Stream input, Stream output, TextWriter messages, string name, bool isJson, bool isTerminal)
    {
        Input = input;
        _output = output;
        _messages = messages;
        _name = name;
        IsJson = isJson;
        IsTerminal = isTerminal;
    }

    public Stream Input { get; }

    public bool IsJson { get; }

    public bool IsTerminal { get; }

    /// <summary>A line of text.</summary>
    public void Line(string text) => _output.Write(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Bytes as they are; somebody at a terminal gets a line end behind them.</summary>
    public void Value(ReadOnlySpan<byte> value)
    {
        _output.Write(value);
        if (IsTerminal) _output.WriteByte((byte)'\n');
    }

    /// <summary>A table, the first row its heading; nothing for the heading alone.</summary>
    public void Table(List<string[]> table)
    {
        if (table.Count < 2) return;
        using StringWriter text = new();
        TextTable.WriteText(table, text);
        _output.Write(Encoding.UTF8.GetBytes(text.ToString().TrimStart('\r', '\n')));
    }

    /// <summary>A line of JSON.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using (Utf8JsonWriter writer = new(_output))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        _output.WriteByte((byte)'\n');
    }

    /// <summary>What became of a change; the exit code.</summary>
    public int Status(string key, in CacheResult result, string word)
    {
        CacheResult shown = result;
        if (IsJson)
        {
            Json(writer =>
            {
                writer.WriteString("key", key);
                writer.WriteString("status", WordOf(shown.Status));
                if (shown.Cas != 0) writer.WriteNumber("cas", shown.Cas);
                writer.WriteString("server", shown.Server);
            });
        }
        else if (result.IsSuccess)
        {
            Line(result.Cas == 0 ? word : string.Create(CultureInfo.InvariantCulture, $"{word}, cas {result.Cas}"));
        }
        else
        {
            Complain($"{key}: {TextOf(result.Status)}");
        }
        return result.IsSuccess ? AskExit.Done : AskExit.Not;
    }

    /// <summary>A line for who reads messages.</summary>
    public void Complain(string text) => _messages.WriteLine($"{_name}: {text}");

    /// <summary>The value as a string where it is UTF-8, else in base64 under another name.</summary>
    public static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        try
        {
            writer.WriteString("value", s_strict.GetString(value));
        }
        catch (DecoderFallbackException)
        {
            byte[] text = new byte[Base64.GetMaxEncodedToUtf8Length(value.Length)];
            _ = Base64.EncodeToUtf8(value, text, out _, out int length);
            writer.WriteString("base64", text.AsSpan(0, length));
        }
    }

    /// <summary>A status in JSON.</summary>
    public static string WordOf(CacheStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    private static string TextOf(CacheStatus status) => status switch
    {
        CacheStatus.Miss => "there is no such key",
        CacheStatus.NotStored => "not stored: add wants a new key, replace, append and prepend one that is there",
        CacheStatus.Exists => "not stored: it has another cas value by now",
        _ => status.ToString(),
    };
}
