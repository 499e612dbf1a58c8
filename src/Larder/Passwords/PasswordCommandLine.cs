using System.CommandLine;
using System.Globalization;
using Larder.Cache.Authentication;

namespace Larder.Passwords;

/// <summary>The arguments of <c>larder passwd</c>.</summary>
internal sealed class PasswordCommandLine
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file of users." };

    private readonly Argument<string?> _user = new("USER")
    {
        Description = "Whose password to set; a new user is added.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _fromInput = new("--stdin")
    {
        Description = "Read the password from the first line of standard input.",
    };

    private readonly Option<bool> _delete = new("--delete") { Description = "Remove the user." };
    private readonly Option<bool> _list = new("--list") { Description = "Print the users' names." };

    private readonly Option<int> _iterations = new("--iterations")
    {
        Description = "What a guess costs, and a login: iterations of PBKDF2, 4096 to 1000000. [default: "
            + PasswordFile.IterationsDefault.ToString(CultureInfo.InvariantCulture) + "]",
        HelpName = "N",
        DefaultValueFactory = static _ => PasswordFile.IterationsDefault,
    };

    public PasswordCommandLine()
    {
        var passwd = new Command("passwd", "Sets passwords for larder cache -S.")
        {
            _file, _user, _fromInput, _delete, _list, _iterations,
        };
        Root = new RootCommand { passwd };
    }

    /// <summary>The program with this verb as its command: what help calls it.</summary>
    public RootCommand Root { get; }

    /// <summary>Parses the arguments behind the verb.</summary>
    public ParseResult Parse(string[] args) => Root.Parse(["passwd", .. args]);

    /// <summary>What was asked for, or null and one line in <paramref name="error"/>.</summary>
    public PasswordOptions? Read(ParseResult result, out string error)
    {
        var options = new PasswordOptions(
            result.GetRequiredValue(_file),
            result.GetValue(_user),
            result.GetValue(_fromInput),
            result.GetValue(_delete),
            result.GetValue(_list),
            result.GetValue(_iterations));
        error = options switch
        {
            { Lists: true, User: not null } or { Lists: true, Deletes: true } => "--list wants FILE alone",
            { Lists: false, User: null } => "who? larder passwd FILE USER",
            { Deletes: true, ReadsInput: true } => "--delete wants no password",
            { Iterations: < PasswordFile.IterationsMin or > PasswordFile.IterationsMax } =>
                $"--iterations must be {PasswordFile.IterationsMin} to {PasswordFile.IterationsMax}",
            { User: { } user } => PasswordRules.CheckUser(user) ?? "",
            _ => "",
        };
        return error.Length == 0 ? options : null;
    }
}
