using System.Text.Json;
using Larder.Client;

namespace Larder.Asking;

/// <summary>An item as JSON.</summary>
internal static class ItemJson
{
    /// <summary>Its members, into an object that was begun.</summary>
    public static void Write(Utf8JsonWriter writer, string key, in CacheValue item)
    {
        writer.WriteString("key", key);
        writer.WriteString("status", AskOutput.WordOf(item.Result.Status));
        if (item.IsHit)
        {
            AskOutput.WriteValue(writer, item.Span);
            writer.WriteNumber("flags", item.Result.ClientFlags);
            if (item.Result.Cas != 0) writer.WriteNumber("cas", item.Result.Cas);
        }
        writer.WriteString("server", item.Result.Server);
    }
}
