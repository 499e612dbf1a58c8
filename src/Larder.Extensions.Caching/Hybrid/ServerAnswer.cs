namespace Larder.Extensions.Caching.Hybrid;

/// <summary>What the servers have of a key.</summary>
/// <param name="Entry">A valid entry, or null.</param>
/// <param name="Left">How long it lives yet.</param>
/// <param name="WinCas">Not 0: this caller, alone of all processes, is to make it anew, and stores under this cas
/// value.</param>
internal readonly record struct ServerAnswer(LocalEntry? Entry, TimeSpan Left, ulong WinCas);
