using System.Globalization;
using Larder.Cache.Serving;
using Larder.Verbs;

namespace Larder.Options;

/// <summary>
/// Reads memcached's command line as memcached 1.6.45 does: the same options, the same words and exit codes for a bad
/// value. Where memcached takes letters for the number 0 and carries on (<c>-p x</c>), this says so and stops. What is
/// not supported yet is refused; what tunes an allocator that is not here is accepted and noted. Reads nothing but
/// its arguments.
/// </summary>
internal sealed class CacheArguments
{
    private const int PortMax = 65535;
    private const int ItemSizeMin = 1024;
    private const int ItemSizeLimit = 1 << 30;

    /// <summary>More threads than this draw a warning (memcached's number).</summary>
    private const int ThreadsCommon = 64;

    /// <summary>-m in MiB: what a pointer can reach on today's machines, 2^47 bytes.</summary>
    private const long MemoryMegabytesMax = 1L << 27;

    private readonly CacheSettings _settings = new();
    private bool _isPortSaid;
    private readonly ExtendedOptions _extended;

    private CacheArguments() => _extended = new ExtendedOptions(_settings);

    private CacheServerOptions Server => _settings.Server;

    /// <summary>Reads a command line.</summary>
    /// <param name="name">The program's name in messages.</param>
    /// <param name="args">The arguments behind the program's name and verb.</param>
    public static CacheParse Parse(string name, IReadOnlyList<string> args)
    {
        var arguments = new CacheArguments();
        foreach (OptionMatch match in GetOpt.Parse(args, CacheOptionTable.All))
        {
            OptionExit? exit = match.Option is null
                ? Failure($"{name}: {match.Error}; {name} --help lists all options")
                : arguments.Apply(name, match.Option, match.Value);
            if (exit is not null) return new(null, exit);
        }

        OptionExit? mistake = arguments.CheckSizes()
            ?? arguments.CheckListeners()
            ?? arguments._settings.Auth.Check(
                arguments._settings.UdpPort != 0,
                arguments._settings.Listen.Select(static each => each.Protocol).OfType<CacheProtocol>());
        return mistake is null ? new(arguments._settings, null) : new(null, mistake);
    }

    private OptionExit? Apply(string name, OptionName option, string value)
    {
        switch (option.Letter)
        {
            case 'h': return new(CacheHelp.Text(name), ExitCode.Success, IsAnswer: true);
            case 'V': return new($"{CacheHelp.VersionLine(name)}\n", ExitCode.Success, IsAnswer: true);
            case 'i': return new(CacheHelp.License(name), ExitCode.Success, IsAnswer: true);
            case 'o': return _extended.Apply(value);
            case 'A' or 'M' or 'v' or 'C' or 'F' or 'X' or 'W' or 'd' or 'k' or 'r': return ApplySwitch(option.Letter);
            case 'Z': _settings.Tls.IsEnabled = true; return null;
            case 'S': _settings.Auth.IsSaslEnabled = true; return null;
            case 'Y': _settings.Auth.TokenPath = value; return null;
            case 'p' or 'U' or 's' or 'a' or 'l' or 'b': return ApplyListener(option.Letter, value);
            case 'm' or 'I' or 'c' or 't' or 'R': return ApplyLimit(option.Letter, value);
            case 'L' or 'f' or 'n' or 'N': return ApplyTuning(option, value);
            case 'D': return ApplyDelimiter(value);
            case 'B': return ApplyProtocol(value);
            case 'P': _settings.PidFile = value; return null;
            case 'u': _settings.User = value; return null;
            default: return Failure($"-{option.Letter} (--{option.Long}) is not supported yet");
        }
    }

    private OptionExit? ApplySwitch(char letter)
    {
        switch (letter)
        {
            case 'A': _settings.ShutdownEnabled = true; break;
            case 'd': _settings.IsDaemon = true; break;
            case 'k': _settings.MemoryLocked = true; break;
            case 'r': _settings.CoreDumpsEnabled = true; break;
            case 'M': Server.EvictionsEnabled = false; break;
            case 'v': Server.Verbosity++; break;
            case 'C': Server.CasEnabled = false; break;
            case 'F': Server.FlushEnabled = false; break;
            case 'X': Server.DumpEnabled = false; break;
            default: Server.WatchEnabled = false; break;
        }

        return null;
    }

    private OptionExit? ApplyListener(char letter, string value)
    {
        LeadingNumber number = LeadingNumber.Read(value);
        switch (letter)
        {
            case 's':
                Server.UnixSocketPath = value;
                return null;

            case 'l':
                Server.ListenText = Server.ListenText is null ? value : $"{Server.ListenText},{value}";
                return ListenSpec.Parse(value, _settings.Listen) is { } mistake ? new(mistake, ExitCode.OsError) : null;

            case 'a':
                LeadingNumber mask = LeadingNumber.Read(value, numberBase: 8);
                if (!mask.IsWhole || mask.Value < 0)
                    return Usage($"-a needs an octal mask such as 0770, not \"{value}\"");

                Server.UnixSocketMode = (UnixFileMode)(mask.Value & 0x1FF);
                return null;

            case 'b':
                if (!number.Found || number.Value is < 0 or > int.MaxValue) return NotANumber('b', value);
                Server.ListenBacklog = (int)number.Value;
                return WarnOfRest('b', value, number);

            case 'U':
                if (!number.Found) return NotANumber('U', value);
                if (!IsPort(number.Value)) return Usage($"ERROR: Invalid UDP port number {number.Value}.");

                _settings.UdpPort = (int)number.Value;
                return WarnOfRest('U', value, number);

            default:
                if (!number.Found) return NotANumber('p', value);
                if (!IsPort(number.Value)) return Usage($"ERROR: Invalid port number {number.Value}.");

                _settings.Port = (int)number.Value;
                _isPortSaid = true;
                return WarnOfRest('p', value, number);
        }
    }

    private static bool IsPort(long number) => number is >= CacheSettings.EphemeralPort and <= PortMax;

    private OptionExit? ApplyLimit(char letter, string value)
    {
        if (letter == 'I')
        {
            Server.ItemSizeMax = ReadSize(value);
            return null;
        }

        LeadingNumber number = LeadingNumber.Read(value);
        if (letter == 'm')
        {
            if (!number.Found || number.Value is < 0 or > MemoryMegabytesMax) return NotANumber('m', value);
            Server.MemoryLimit = number.Value << 20;
            return WarnOfRest('m', value, number);
        }

        int count = (int)long.Min(number.Value, int.MaxValue);
        switch (letter)
        {
            case 'c':
                if (count <= 0) return Failure("Maximum connections must be greater than 0");
                Server.ConnectionsMax = count;
                break;

            case 't':
                if (count <= 0) return Failure("Number of threads must be greater than 0");
                if (count > ThreadsCommon)
                {
                    _settings.Warnings.Add(
                        "Setting a high number of worker threads is not recommended: at most one a core");
                }

                Server.Threads = count;
                break;

            default:
                if (count <= 0) return Failure("Number of requests per event must be greater than 0");
                Server.RequestsPerTurnMax = count;
                break;
        }

        return WarnOfRest(letter, value, number);
    }

    /// <summary>Bytes, or with k or m behind it kibibytes or mebibytes; what is no size is 0, and too small.</summary>
    private static int ReadSize(string value)
    {
        LeadingNumber number = LeadingNumber.Read(value);
        int shift = value.Length == 0 ? 0 : char.ToLowerInvariant(value[^1]) switch { 'k' => 10, 'm' => 20, _ => 0 };
        return (int)Int128.Clamp((Int128)number.Value << shift, 0, int.MaxValue);
    }

    private OptionExit? ApplyTuning(OptionName option, string value)
    {
        switch (option.Letter)
        {
            case 'f':
                bool isNumber = double.TryParse(
                    value, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor);
                if (!isNumber || !(factor > 1)) return Failure("Factor must be greater than 1");

                Server.TuningEcho["growth_factor"] = factor.ToString("F2", CultureInfo.InvariantCulture);
                break;

            case 'n' or 'N':
                long number = LeadingNumber.Read(value).Value;
                if (number <= 0)
                {
                    return Failure(option.Letter == 'n'
                        ? "Chunk size must be greater than 0"
                        : "Maximum number of NAPI IDs must be greater than 0");
                }

                Server.TuningEcho[option.Letter == 'n' ? "chunk_size" : "num_napi_ids"] =
                    number.ToString(CultureInfo.InvariantCulture);
                break;

            default:
                break;
        }

        _settings.Notes.Add($"-{option.Letter} (--{option.Long}) is accepted and changes nothing here");
        return null;
    }

    private OptionExit? ApplyDelimiter(string value)
    {
        if (value.Length == 0) return Failure("No delimiter specified");
        if (!char.IsAscii(value[0])) return Failure("The delimiter must be an ASCII character");
        Server.PrefixDelimiter = value[0];
        Server.PrefixStatsEnabled = true;
        return null;
    }

    private OptionExit? ApplyProtocol(string value)
    {
        _settings.Auth.IsProtocolGiven = true;
        switch (value)
        {
            case "auto": Server.Protocol = CacheProtocol.Auto; return null;
            case "ascii": Server.Protocol = CacheProtocol.Ascii; return null;
            case "binary": Server.Protocol = CacheProtocol.Binary; return null;
            default:
                return Usage(
                    $"Invalid value for binding protocol: {value}\n -- should be one of auto, binary, or ascii");
        }
    }

    /// <summary>What can only be said when all options are known, in memcached's order.</summary>
    private OptionExit? CheckSizes()
    {
        if (Server.ItemSizeMax < ItemSizeMin) return Usage("Item max size cannot be less than 1024 bytes.");
        if (Server.ItemSizeMax > Server.MemoryLimit / 2)
            return Usage("Cannot set item size limit higher than 1/2 of memory max.");

        if (Server.ItemSizeMax > ItemSizeLimit) return Usage("Cannot set item size limit higher than a gigabyte.");
        return _extended.Check();
    }

    /// <summary>A process that listens nowhere serves nobody; memcached lets it wait for the end of time.</summary>
    private OptionExit? CheckListeners()
    {
        if (!_isPortSaid && _settings.UdpPort != 0) _settings.Port = _settings.UdpPort; // memcached: -U alone says both
        if (_settings.Port == 0
            && _settings.UdpPort == 0
            && Server.UnixSocketPath is null
            && !_settings.Listen.Exists(static spec => spec.UnixPath is not null))
            return Usage("-p 0 leaves nothing to listen on: it needs -s or -U");

        return CheckTls();
    }

    private OptionExit? CheckTls()
    {
        if (!_settings.Tls.IsEnabled)
        {
            ListenSpec? asks = _settings.Listen.Find(static spec => spec.Tls is ListenTls.Basic or ListenTls.Mutual);
            return asks is null ? null : Failure("'btls' and 'mtls' options are valid only when SSL is enabled (-Z)");
        }

        if (_settings.Port == 0) return Usage("ERROR: You cannot enable SSL without a TCP port.");
        if (_settings.UdpPort != 0) _settings.Warnings.Add("-U: what goes by UDP is not encrypted");
        return _settings.Tls.CertificateFile.Length == 0 ? Usage("-Z needs -o ssl_chain_cert=FILE,ssl_key=FILE") : null;
    }

    private OptionExit? WarnOfRest(char letter, string value, LeadingNumber number)
    {
        if (!number.IsWhole) _settings.Warnings.Add($"-{letter} {value} is read as {number.Value}");
        return null;
    }

    private static OptionExit NotANumber(char letter, string value) =>
        Usage($"-{letter} needs a number in its range, not \"{value}\"");

    private static OptionExit Failure(string text) => new(text, ExitCode.Failure);

    private static OptionExit Usage(string text) => new(text, ExitCode.Usage);
}
