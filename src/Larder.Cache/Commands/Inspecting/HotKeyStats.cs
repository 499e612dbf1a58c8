using System.Globalization;
using System.Text;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats hotkeys</c>: the keys that were asked for most in the last minutes, and those whose values made the most
/// bytes, with their shares of all.
/// </summary>
internal static class HotKeyStats
{
    private const int ShownMax = 20;
    private const double Percent = 100;

    /// <summary>Writes the keys of all threads together.</summary>
    public static void Write(CacheThread thread, StatWriter writer)
    {
        writer.Write("hotkeys", thread.Engine.Options.HotKeysEnabled);
        var requests = new Dictionary<byte[], long>(PrefixComparer.Instance);
        var bytes = new Dictionary<byte[], long>(PrefixComparer.Instance);
        long totalRequests = 0, totalBytes = 0;
        foreach (Turn turn in thread.Engine.Server.Turns)
        {
            HotKeys keys = ((CacheThread)turn.State!).HotKeys;
            (long more, long moreBytes) = keys.AddTo(requests, bytes, thread.Clock.Now);
            totalRequests += more;
            totalBytes += moreBytes;
        }
        writer.Write("sampled_requests", totalRequests);
        Write("requests", requests, totalRequests, writer);
        Write("bytes", bytes, totalBytes, writer);
    }

    private static void Write(string name, Dictionary<byte[], long> weights, long total, StatWriter writer)
    {
        int place = 0;
        foreach ((byte[] key, long weight) in weights.OrderByDescending(pair => pair.Value).Take(ShownMax))
        {
            place++;
            Span<byte> text = new byte[KeyUri.LengthMax(key.Length)];
            text = text[..KeyUri.Write(key, text)];
            writer.Write($"{name}:{place}:key", Encoding.ASCII.GetString(text));
            writer.Write(
                $"{name}:{place}:percent", (weight * Percent / total).ToString("F1", CultureInfo.InvariantCulture));
        }
    }
}
