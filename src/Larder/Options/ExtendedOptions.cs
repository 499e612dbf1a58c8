using System.Globalization;
using Larder.Cache.Serving;
using Larder.Verbs;

namespace Larder.Options;

/// <summary>
/// The words of -o: memcached's, and ours (<c>driver</c>, <c>trigger</c>, <c>workers</c>, <c>drain_timeout</c>,
/// <c>reply_max</c>, <c>udp_reply_max</c>, <c>hotkeys</c>, <c>slow_log_us</c>, <c>debugtime</c>).
/// </summary>
internal sealed class ExtendedOptions(CacheSettings settings)
{
    private const int HashPowerMin = 12;
    private const int HashPowerMax = 32;
    private const int LruPercentMax = 80;

    /// <summary>A day: who waits longer does not want to stop.</summary>
    private const int DrainSecondsMax = 86_400;

    /// <summary>A page, and what -I can be: below, each answer waits for the socket; above is no limit.</summary>
    private const int ReplyBytesMin = 4096;
    private const int ReplyBytesMost = 1 << 30;

    /// <summary>An answer to one datagram: at least its first part, at most what 65535 parts carry.</summary>
    private const int DatagramAnswerMin = 1024;
    private const int DatagramAnswerMost = 64 << 20;

    /// <summary>A minute: no command takes longer.</summary>
    private const int SlowMicrosecondsMax = 60_000_000;

    /// <summary>Features whose options are refused until the feature is there.</summary>
    private static readonly string[] s_unsupported = ["proxy_"];

    private CacheServerOptions Server => settings.Server;

    /// <summary>Applies the words of one -o; there may be several. Null, or why the program must end.</summary>
    public OptionExit? Apply(string text)
    {
        foreach (SubOption word in SubOption.Split(text))
        {
            if (Apply(word) is { } mistake) return new(mistake, ExitCode.Failure);
        }

        return null;
    }

    /// <summary>What can only be said when all words are known.</summary>
    public OptionExit? Check()
    {
        int percent = Percent("hot_lru_pct", 20) + Percent("warm_lru_pct", 40);
        return percent > LruPercentMax
            ? new("hot_lru_pct + warm_lru_pct cannot be more than 80% combined", ExitCode.Usage)
            : null;
    }

    private int Percent(string name, int unset) =>
        Server.TuningEcho.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : unset;

    private string? Apply(SubOption word)
    {
        switch (word.Name)
        {
            case "maxconns_fast": Server.RefuseAtConnectionsMax = true; return null;
            case "no_maxconns_fast": Server.RefuseAtConnectionsMax = false; return null;
            case "no_modern": return ApplyNoModern();
            case "hashpower": return ApplyHashPower(word.Value);
            case "idle_timeout": return ApplyIdleTimeout(word.Value);
            case "drain_timeout": return ApplyDrainTimeout(word.Value);
            case "reply_max": return ApplyReplyMax(word.Value);
            case "udp_reply_max": return ApplyDatagramAnswerMax(word.Value);
            case "hotkeys": return ApplyHotKeys(word.Value);
            case "slow_log_us": return ApplySlowLog(word.Value);
            case "driver": return ApplyDriver(word.Value);
            case "trigger": return ApplyTrigger(word.Value);
            case "workers": return ApplyWorkers(word.Value);
            case "debugtime": Server.DebugTimeEnabled = true; return null;
            default:
                return TlsSettings.Knows(word.Name) ? settings.Tls.Apply(word)
                    : AuthSettings.Knows(word.Name) ? settings.Auth.Apply(word)
                    : ApplyTuning(word);
        }
    }

    private string? ApplyTuning(SubOption word)
    {
        if (!TuningTable.All.TryGetValue(word.Name, out TuningOption? option))
        {
            return s_unsupported.Any(prefix => word.Name.StartsWith(prefix, StringComparison.Ordinal))
                ? $"-o {word.Name} is not supported yet"
                : $"Illegal suboption \"{word.Text}\"";
        }

        if (option.Read(word.Value, out string? echo) is { } mistake) return mistake;
        if (option.Echo is not null && echo is not null) Server.TuningEcho[option.Echo] = echo;
        if (string.Equals(option.Name, TuningTable.DiskTier, StringComparison.Ordinal))
            settings.Warnings.Add($"-o {word.Name}: there is no disk tier here, all items are in memory");
        else if (option.Meaning is null)
            settings.Notes.Add($"-o {word.Name} is accepted and changes nothing here");
        return null;
    }

    /// <summary>The defaults of memcached 1.4: of all that it changes, one thing has a meaning here.</summary>
    private string? ApplyNoModern()
    {
        Server.RefuseAtConnectionsMax = false;
        Server.TuningEcho["hash_algorithm"] = "jenkins";
        Server.TuningEcho["slab_automove"] = "0";
        Server.TuningEcho["lru_crawler"] = "no";
        Server.TuningEcho["lru_maintainer_thread"] = "no";
        Server.TuningEcho["lru_segmented"] = "no";
        return null;
    }

    private string? ApplyHashPower(string? value)
    {
        if (value is null) return "Missing numeric argument for hashpower";
        long power = LeadingNumber.Read(value).Value;
        if (power < HashPowerMin) return $"Initial hashtable multiplier of {power} is too low";
        if (power > HashPowerMax)
        {
            return $"Initial hashtable multiplier of {power} is too high\n"
                + "Choose a value based on \"STAT hash_power_level\" from a running instance";
        }

        Server.HashPower = (int)power;
        return null;
    }

    private string? ApplyIdleTimeout(string? value)
    {
        if (value is null) return "Missing numeric argument for idle_timeout";
        LeadingNumber seconds = LeadingNumber.Read(value);
        if (!seconds.Found || seconds.Value is < 0 or > int.MaxValue)
            return $"idle_timeout needs a number of seconds, not \"{value}\"";

        Server.IdleTimeout = TimeSpan.FromSeconds(seconds.Value);
        return null;
    }

    private string? ApplyDrainTimeout(string? value)
    {
        LeadingNumber seconds = LeadingNumber.Read(value ?? "");
        if (!seconds.IsWhole || seconds.Value is < 0 or > DrainSecondsMax)
            return $"drain_timeout needs a number of seconds, up to {DrainSecondsMax}";

        settings.DrainTimeout = TimeSpan.FromSeconds(seconds.Value);
        return null;
    }

    private string? ApplyReplyMax(string? value)
    {
        LeadingNumber bytes = LeadingNumber.Read(value ?? "");
        if (!bytes.IsWhole || bytes.Value is < ReplyBytesMin or > ReplyBytesMost)
            return $"reply_max needs a number of bytes, {ReplyBytesMin} to {ReplyBytesMost}";

        Server.ReplyBytesMax = (int)bytes.Value;
        return null;
    }

    private string? ApplyDatagramAnswerMax(string? value)
    {
        LeadingNumber bytes = LeadingNumber.Read(value ?? "");
        if (!bytes.IsWhole || bytes.Value is < DatagramAnswerMin or > DatagramAnswerMost)
            return $"udp_reply_max needs a number of bytes, {DatagramAnswerMin} to {DatagramAnswerMost}";

        Server.DatagramAnswerMax = (int)bytes.Value;
        return null;
    }

    private string? ApplySlowLog(string? value)
    {
        LeadingNumber microseconds = LeadingNumber.Read(value ?? "");
        if (!microseconds.IsWhole || microseconds.Value is < 0 or > SlowMicrosecondsMax)
            return $"slow_log_us needs a number of microseconds, up to {SlowMicrosecondsMax}";

        Server.SlowLogMicroseconds = (int)microseconds.Value;
        return null;
    }

    private string? ApplyHotKeys(string? value)
    {
        switch (value)
        {
            case "0": Server.HotKeysEnabled = false; return null;
            case "1": Server.HotKeysEnabled = true; return null;
            default: return "hotkeys must be 0 or 1";
        }
    }

    private string? ApplyDriver(string? value)
    {
        switch (value)
        {
            case "frontends": Server.Driver = CacheDriver.FrontEnds; return null;
            case "queue": Server.Driver = CacheDriver.Queue; return null;
            default: return "driver must be frontends or queue";
        }
    }

    private string? ApplyTrigger(string? value)
    {
        switch (value)
        {
            case "edge": Server.Trigger = CacheTrigger.Edge; return null;
            case "level": Server.Trigger = CacheTrigger.Level; return null;
            default: return "trigger must be edge or level";
        }
    }

    private string? ApplyWorkers(string? value)
    {
        LeadingNumber count = LeadingNumber.Read(value ?? "");
        if (!count.IsWhole || count.Value is < 1 or > int.MaxValue) return "workers must be a number greater than 0";
        Server.Workers = (int)count.Value;
        return null;
    }
}
