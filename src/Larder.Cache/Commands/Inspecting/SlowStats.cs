using System.Globalization;
using System.Text;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary><c>stats slow</c>: the last commands that were slow, the latest first.</summary>
internal static class SlowStats
{
    /// <summary>A minute: no command takes longer. 0 is off.</summary>
    public const int MicrosecondsMax = 60_000_000;

    /// <summary>Bytes of a command's name that are shown: a client may send any.</summary>
    private const int CommandShownMax = 32;

    /// <summary>Writes the commands of all threads together.</summary>
    public static void Write(CacheThread thread, StatWriter writer)
    {
        writer.Write("slow_log_us", thread.Engine.SlowMicroseconds);
        var all = new List<SlowCommand>();
        foreach (Turn turn in thread.Engine.Server.Turns)
        {
            ((CacheThread)turn.State!).Slow.AddTo(all);
        }
        int place = 0;
        foreach (SlowCommand each in all.OrderByDescending(static each => each.UnixTime).Take(SlowLog.Capacity))
        {
            place++;
            string prefix = string.Create(CultureInfo.InvariantCulture, $"slow:{place}:");
            writer.Write(prefix + "time", each.UnixTime);
            writer.Write(prefix + "us", (long)each.Taken.TotalMicroseconds);
            int shown = Math.Min(each.Command.Length, CommandShownMax);
            writer.Write(prefix + "command", Uri(each.Command.AsSpan(0, shown)));
            if (each.Key.Length > 0)
            {
                writer.Write(prefix + "key", Uri(each.Key));
            }
            writer.Write(prefix + "request_bytes", each.RequestBytes);
            writer.Write(prefix + "answer_bytes", each.AnswerBytes);
            writer.Write(prefix + "peer", each.Peer);
        }
    }

    /// <summary>Forgets them.</summary>
    public static void Reset(CacheEngine engine)
    {
        foreach (Turn turn in engine.Server.Turns)
        {
            ((CacheThread)turn.State!).Slow.Reset();
        }
    }

    private static string Uri(ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = new byte[KeyUri.LengthMax(bytes.Length)];
        return Encoding.ASCII.GetString(text[..KeyUri.Write(bytes, text)]);
    }
}
