namespace Larder.Conformance.Scripting;

/// <summary>A conversation with a server: what is sent and what must be answered, bit for bit. Immutable.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="ServerArguments">Options in memcached's spelling that the server is started with.</param>
/// <param name="Sections">Its parts, in order; they share one server.</param>
public sealed record Transcript(string Name, IReadOnlyList<string> ServerArguments, IReadOnlyList<Section> Sections)
{
    /// <summary>The folder beside the test program that holds the transcripts.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Transcripts");

    /// <summary>The names of all transcripts, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [
            .. Directory.EnumerateFiles(Folder, "*.txt")
                .Select(f => Path.GetFileNameWithoutExtension(f)!)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Reads the transcript called <paramref name="name"/>.</summary>
    public static Transcript Load(string name) =>
        TranscriptReader.Read(name, File.ReadAllLines(Path.Combine(Folder, name + ".txt")));
}
