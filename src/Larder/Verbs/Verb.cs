namespace Larder.Verbs;

/// <summary>One product of the executable.</summary>
/// <param name="Name">What stands behind <c>larder</c> on the command line.</param>
/// <param name="Summary">One line for the help.</param>
/// <param name="Run">Runs it with the name to use in messages and the arguments behind the verb; the exit code.</param>
internal sealed record Verb(string Name, string Summary, Func<string, string[], int> Run);
