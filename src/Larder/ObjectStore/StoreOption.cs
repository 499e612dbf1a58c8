namespace Larder.ObjectStore;

/// <summary>An option of the object store, on the command line and in most cases as a key of its file.</summary>
/// <param name="Letter">The short form; the zero character if there is none.</param>
/// <param name="Name">The long form, and the key in a config file.</param>
/// <param name="Argument">What its value is called in the help; null if it takes none.</param>
/// <param name="Group">Where the help shows it.</param>
/// <param name="Meaning">What the help says.</param>
internal sealed record StoreOption(char Letter, string Name, string? Argument, StoreOptionGroup Group, string Meaning);
