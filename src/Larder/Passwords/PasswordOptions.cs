namespace Larder.Passwords;

/// <summary>What <c>larder passwd</c> is asked to do.</summary>
/// <param name="Path">The file of users.</param>
/// <param name="User">Whose password; null to list all.</param>
/// <param name="ReadsInput">The password comes from standard input.</param>
/// <param name="Deletes">The user is to go.</param>
/// <param name="Lists">Print the names.</param>
/// <param name="Iterations">Of PBKDF2.</param>
internal sealed record PasswordOptions(
    string Path, string? User, bool ReadsInput, bool Deletes, bool Lists, int Iterations);
