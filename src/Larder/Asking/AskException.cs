namespace Larder.Asking;

/// <summary>An argument cannot be used; the message says why in one line.</summary>
internal sealed class AskException(string message) : Exception(message);
