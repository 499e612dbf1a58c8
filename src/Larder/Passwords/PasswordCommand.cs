using System.CommandLine;
using Larder.Bench;
using Larder.Cache.Authentication;
using Larder.Verbs;

namespace Larder.Passwords;

/// <summary>The verb <c>passwd</c>: changes the file of users that <c>larder cache -S</c> reads.</summary>
internal static class PasswordCommand
{
    private const string Examples = """

        Examples:
          larder passwd users alice                       asks twice; makes the file if there is none
          pwgen -s 24 1 | larder passwd users web --stdin from a pipe
          larder passwd users alice --delete
          larder passwd users --list
          larder cache -S -o sasl_pwdb=users              SIGHUP makes it read the file again

        Only its owner may read the file, and it is replaced whole.

        """;

    /// <summary>Runs the verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args) =>
        Run(name, args, Console.In, Console.Out, Console.Error, PasswordPrompt.Ask);

    /// <summary>The same with streams of the caller's, and who is asked for passwords.</summary>
    public static int Run(
        string name, string[] args, TextReader input, TextWriter output, TextWriter messages, Func<string, string?> ask)
    {
        var commandLine = new PasswordCommandLine();
        ExamplesHelp.Add(commandLine.Root, Examples, output);
        ParseResult parsed = commandLine.Parse(args);
        if (parsed.Action is ExamplesHelp)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = messages });
        if (parsed.Errors.Count > 0)
            return Refuse(parsed.Errors[0].Message, ExitCode.Usage);
        if (commandLine.Read(parsed, out string error) is not { } options)
            return Refuse(error, ExitCode.Usage);
        try
        {
            string? failure = options.Lists ? List(options, output)
                : options.Deletes ? Delete(options)
                : Set(options, input, ask);
            return failure is null ? ExitCode.Success : Refuse(failure, ExitCode.Failure);
        }
        catch (PasswordFileException exception)
        {
            return Refuse(exception.Message, ExitCode.Failure);
        }

        int Refuse(string why, int code)
        {
            messages.WriteLine($"{name}: {why}");
            return code;
        }
    }

    private static string? List(PasswordOptions options, TextWriter output)
    {
        foreach (string user in PasswordFile.Load(options.Path).Users) output.WriteLine(user);
        return null;
    }

    private static string? Delete(PasswordOptions options)
    {
        using var editor = PasswordEditor.Open(options.Path);
        if (!editor.Remove(options.User!)) return $"there is no user {options.User} in {options.Path}";
        editor.Save();
        return null;
    }

    /// <summary>The password is there before the file is opened, so that nobody waits for who types.</summary>
    private static string? Set(PasswordOptions options, TextReader input, Func<string, string?> ask)
    {
        string? password = options.ReadsInput ? input.ReadLine() : ask($"Password for {options.User}: ");
        if (password is null)
        {
            return options.ReadsInput
                ? "standard input is empty"
                : "standard input is no terminal: --stdin reads the password from it";
        }

        if (PasswordRules.CheckPassword(password) is { } wrong) return wrong;
        if (!options.ReadsInput && !string.Equals(password, ask("Again: "), StringComparison.Ordinal))
            return "that was another password; nothing is changed";
        using var editor = PasswordEditor.Open(options.Path);
        editor.Set(options.User!, password, options.Iterations);
        editor.Save();
        return null;
    }
}
