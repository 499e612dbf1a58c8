using System.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>What a server has said so far; a test waits for a part of it.</summary>
internal sealed class Said
{
    private readonly StringBuilder _text = new();

    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public static string[] LinesOf(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Line(string line) => Append(line + "\n");

    public void Take(ReadOnlySpan<byte> text) => Append(Encoding.Latin1.GetString(text));

    /// <summary>Waits until these parts have been said, one behind the other.</summary>
    public void Await(params string[] parts) => Await(text =>
    {
        int at = 0;
        foreach (string part in parts)
        {
            at = text.IndexOf(part, at, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }
            at += part.Length;
        }
        return true;
    });

    /// <summary>Waits until more than this has been said.</summary>
    public string AwaitMore(string before)
    {
        Await(text => text.Length > before.Length);
        return Text;
    }

    private void Append(string text)
    {
        lock (_text)
        {
            _text.Append(text);
            Monitor.PulseAll(_text);
        }
    }

    private void Await(Predicate<string> isThere)
    {
        lock (_text)
        {
            while (!isThere(_text.ToString()))
            {
                Assert.True(Monitor.Wait(_text, AskingClient.DeadlineMs), $"said only: {_text}");
            }
        }
    }
}
