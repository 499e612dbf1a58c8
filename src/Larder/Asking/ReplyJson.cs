using System.Text.Json;
using Larder.Client;

namespace Larder.Asking;

/// <summary>A server's answer as JSON.</summary>
internal static class ReplyJson
{
    /// <summary>Its members, into an object that was begun.</summary>
    public static void Write(Utf8JsonWriter writer, ServerReply reply)
    {
        writer.WriteString("server", reply.Server);
        writer.WriteString("status", AskOutput.WordOf(reply.Result.Status));
        if (reply.Result.Message is { } message) writer.WriteString("message", message);
        if (reply.Text is { } text) writer.WriteString("version", text);
        if (reply.Statistics.Count == 0) return;
        writer.WriteStartObject("stats");
        foreach ((string name, string value) in reply.Statistics) writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
