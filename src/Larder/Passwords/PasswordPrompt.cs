using System.Text;

namespace Larder.Passwords;

/// <summary>Asks for a password on the terminal, without showing it.</summary>
internal static class PasswordPrompt
{
    /// <summary>Asks once.</summary>
    /// <param name="question">What stands before the invisible answer.</param>
    /// <returns>The answer, or null if nobody sits there.</returns>
    public static string? Ask(string question)
    {
        if (Console.IsInputRedirected) return null;
        _ = Console.KeyAvailable; // from here on the terminal shows nothing of what is typed
        Console.Error.Write(question);
        var answer = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) answer.Length = Math.Max(answer.Length - 1, 0);
            else if (key.KeyChar != '\0') answer.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return answer.ToString();
    }
}
