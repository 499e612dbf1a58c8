namespace Larder.Tidy;

/// <summary>A file of the source tree.</summary>
/// <param name="Path">From the root, with slashes.</param>
internal sealed record RepositoryFile(string Path)
{
    private readonly Lazy<string> _text = new(() => File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path)));
    private readonly Lazy<string> _code = new(() => CSharpText.Blank(
        File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path))));

    public string FullPath => System.IO.Path.Combine(Repository.Root, Path);

    public string Name => System.IO.Path.GetFileName(Path);

    public string Text => _text.Value;

    /// <summary>The text with comments and literals blanked, each character in its place.</summary>
    public string Code => _code.Value;

    public string[] Lines => Text.Split('\n');

    /// <summary><c>path:line</c> of a position in the text, for messages.</summary>
    public string At(int position) => $"{Path}:{Text.AsSpan(0, position).Count('\n') + 1}";
}
