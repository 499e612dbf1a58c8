using System.Text;
using System.Text.Json;
using Larder.Protocol.Placement;

namespace Larder.Protocol.Tests.Placement;

/// <summary>A file of Placement/Vectors.</summary>
internal sealed class VectorFile
{
    private readonly JsonElement _root;

    private VectorFile(JsonElement root) => _root = root;

    /// <summary>The keys, in UTF-8; the cases' numbers are in their order.</summary>
    public IReadOnlyList<byte[]> Keys =>
        [.. _root.GetProperty("keys").EnumerateArray()
            .Select(static key => Encoding.UTF8.GetBytes(key.GetString()!))];

    /// <summary>The whole file.</summary>
    public JsonElement Root => _root;

    /// <summary>The names of all cases.</summary>
    public IEnumerable<string> CaseNames =>
        _root.GetProperty("cases").EnumerateArray().Select(static found => found.GetProperty("name").GetString()!);

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name without the ending.</param>
    /// <returns>What it holds.</returns>
    public static VectorFile Read(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Placement", "Vectors", $"{name}.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new VectorFile(document.RootElement.Clone());
    }

    /// <summary>One case.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The case.</returns>
    public JsonElement Case(string name) =>
        _root.GetProperty("cases").EnumerateArray().Single(found => found.GetProperty("name").GetString() == name);

    /// <summary>The numbers of a list.</summary>
    /// <param name="list">The list.</param>
    /// <returns>The numbers.</returns>
    public static int[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(static number => number.GetInt32())];

    /// <summary>The servers of a case.</summary>
    /// <param name="found">The case.</param>
    /// <returns>The servers.</returns>
    public static ServerEndpoint[] Servers(JsonElement found) =>
        [.. found.GetProperty("servers").EnumerateArray().Select(Server)];

    /// <summary>Servers of a case that tells only how many.</summary>
    /// <param name="count">Servers.</param>
    /// <returns>The servers.</returns>
    public static ServerEndpoint[] Servers(int count) =>
        [.. Enumerable.Range(1, count).Select(static i => new ServerEndpoint($"cache{i}"))];

    // twemproxy was measured with servers on one host; what it hashed is the name.
    private static ServerEndpoint Server(JsonElement server, int index)
    {
        int weight = server.GetProperty("weight").GetInt32();
        return server.TryGetProperty("hash_name", out JsonElement name)
            ? new ServerEndpoint($"cache{index}", Weight: weight, Name: name.GetString())
            : new ServerEndpoint(
                server.GetProperty("host").GetString()!, server.GetProperty("port").GetInt32(), weight);
    }
}
