using System.CommandLine;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Larder.Client;
using Larder.Client.Routing;
using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Asking;

/// <summary>Which servers are asked, and how: what all verbs that ask have in common.</summary>
internal sealed class ServerOptions
{
    /// <summary>The variable of the environment that stands for <c>--server</c>.</summary>
    public const string Variable = "LARDER_SERVERS";

    private const int TimeoutMsMax = 3_600_000;

    private readonly Option<string[]> _servers = new("--server", "-s")
    {
        Description = "host:port, host:port:weight, [ipv6]:port or /path; several with commas or again. "
            + $"[default: ${Variable}, else 127.0.0.1:11211]",
        HelpName = "SERVERS",
        Recursive = true,
    };

    private readonly Option<ClientProtocol> _protocol = new("--protocol")
    {
        Description = "meta, text or binary. [default: meta]",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly Option<string?> _placement = new("--placement")
    {
        Description = "Which of several servers has a key: rendezvous, libmemcached-ketama, twemproxy-ketama, "
            + "enyim-core and all others of docs/protocol/placement.md. [default: rendezvous]",
        HelpName = "KIND",
        Recursive = true,
    };

    private readonly Option<string?> _hash = new("--hash")
    {
        Description = "The key hash, for placements that have a choice: md5, fnv64-a, crc32 and so on.",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly Option<string?> _hashTag = new("--hash-tag")
    {
        Description = "Two characters: only what stands between them in a key is hashed, as {} in user:{42}:name.",
        HelpName = "AB",
        Recursive = true,
    };

    private readonly Option<string?> _prefix = new("--prefix")
    {
        Description = "Stands before each key.",
        HelpName = "TEXT",
        Recursive = true,
    };

    private readonly Option<bool> _hashKeys = new("--hash-keys")
    {
        Description = "Keys that memcached does not take are hashed instead of refused.",
        Recursive = true,
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Milliseconds to wait for a connection and for a reply. [default: 2000]",
        HelpName = "MS",
        DefaultValueFactory = static _ => 2000,
        Recursive = true,
    };

    private readonly Option<string?> _user = new("--user")
    {
        Description = "Who asks; the password is the first line of --password-file.",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "Where the password stands.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> _tls = new("--tls") { Description = "Use TLS.", Recursive = true };

    private readonly Option<string?> _tlsCa = new("--tls-ca")
    {
        Description = "Trust the certificates of this file instead of the system's. Implies --tls.",
        HelpName = "PEM",
        Recursive = true,
    };

    private readonly Option<string?> _tlsCert = new("--tls-cert")
    {
        Description = "A certificate of one's own, with its key in the same file. Implies --tls.",
        HelpName = "PEM",
        Recursive = true,
    };

    /// <summary>Adds them to the program.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _servers, _protocol, _placement, _hash, _hashTag, _prefix, _hashKeys, _timeout, _user, _passwordFile, _tls,
            _tlsCa, _tlsCert,
        ];
        foreach (Option option in all) command.Add(option);
    }

    /// <summary>The client's options.</summary>
    /// <exception cref="AskException">One of them cannot be used.</exception>
    public CacheClientOptions Read(ParseResult parsed, Func<string, string?> environment)
    {
        int timeout = parsed.GetValue(_timeout);
        if (timeout is < 1 or > TimeoutMsMax)
            throw new AskException($"--timeout must be 1 to {TimeoutMsMax} milliseconds");
        CacheClientOptions options = new()
        {
            Protocol = parsed.GetValue(_protocol),
            Placement = PlacementOf(parsed),
            KeyPrefix = parsed.GetValue(_prefix) ?? "",
            InvalidKeys = parsed.GetValue(_hashKeys) ? InvalidKeyRule.Hash : InvalidKeyRule.Refuse,
            RequestTimeout = TimeSpan.FromMilliseconds(timeout),
            ConnectTimeout = TimeSpan.FromMilliseconds(timeout),
            User = parsed.GetValue(_user),
            Password = PasswordOf(parsed),
            Tls = TlsOf(parsed),
        };
        if (options.User is null != options.Password is null)
            throw new AskException("--user and --password-file need each other");
        string[] servers = parsed.GetValue(_servers) is { Length: > 0 } given
            ? given
            : [environment(Variable) is { Length: > 0 } set ? set : "127.0.0.1"];
        foreach (string server in servers.SelectMany(static text =>
            text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            options.Servers.Add(ServerOf(server));
        }
        if (options.Servers.Count == 0) throw new AskException("--server names no server");
        return options;
    }

    private static ServerAddress ServerOf(string text)
    {
        try
        {
            return ServerAddress.Parse(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new AskException(exception.Message);
        }
    }

    private PlacementOptions PlacementOf(ParseResult parsed) => new()
    {
        Kind = NameOf<PlacementKind>(parsed.GetValue(_placement), "--placement") ?? PlacementKind.Rendezvous,
        Hash = NameOf<KeyHash>(parsed.GetValue(_hash), "--hash"),
        HashTag = parsed.GetValue(_hashTag),
    };

    /// <summary>A name with dashes where the code has capitals.</summary>
    private static T? NameOf<T>(string? text, string option)
        where T : struct, Enum
    {
        if (text is null) return null;
        string name = text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (!char.IsAsciiDigit(text[0]) && Enum.TryParse(name, ignoreCase: true, out T value)) return value;
        throw new AskException($"{option} {text}: there are {string.Join(", ", Enum.GetNames<T>().Select(Dashed))}");
    }

    private static string Dashed(string name) => string.Concat(name.Select(static (character, index) =>
        index > 0 && char.IsAsciiLetterUpper(character)
            ? string.Create(CultureInfo.InvariantCulture, $"-{char.ToLowerInvariant(character)}")
            : char.ToLowerInvariant(character).ToString()));

    private string? PasswordOf(ParseResult parsed)
    {
        if (parsed.GetValue(_passwordFile) is not { } path) return null;
        return FromFile(path, static path => File.ReadLines(path).FirstOrDefault())
            ?? throw new AskException($"{path} is empty");
    }

    private Func<string, SslClientAuthenticationOptions>? TlsOf(ParseResult parsed)
    {
        string? caPath = parsed.GetValue(_tlsCa);
        string? certificatePath = parsed.GetValue(_tlsCert);
        if (!parsed.GetValue(_tls) && caPath is null && certificatePath is null) return null;
        X509ChainPolicy? policy = null;
        if (caPath is not null)
        {
            policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            FromFile(caPath, path =>
            {
                policy.CustomTrustStore.ImportFromPemFile(path);
                return path;
            });
        }
        X509CertificateCollection? own = certificatePath is null
            ? null
            : [FromFile(certificatePath, static path => X509Certificate2.CreateFromPemFile(path))!];
        return host => new()
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            ClientCertificates = own,
        };
    }

    private static T? FromFile<T>(string path, Func<string, T?> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AskException($"{path}: {exception.Message}");
        }
    }
}
