using Larder.Cache.Serving;

namespace Larder.Cache.Authentication;

/// <summary>
/// What decides who may enter a server, and how much is done for those who have not entered yet. Shared by all threads;
/// a server that lets everybody in has none.
/// </summary>
internal sealed class Entrance : IDisposable
{
    private long _commandsRefused; // owner: interlocked

    private Entrance(CacheServerOptions options, ISaslAuthenticator? sasl)
    {
        Sasl = sasl;
        Tokens = options.Tokens;
        CommandsMax = options.AuthenticationCommandsMax;
        MessageBytesMax = options.AuthenticationBytesMax;
        TimeoutMs = (int)Math.Min(options.AuthenticationTimeout.TotalMilliseconds, int.MaxValue);
        Hashes = sasl is null ? null : new HashPool(options.HashThreads, options.HashQueueMax);
    }

    /// <summary>For clients of the binary protocol; null: they are not served.</summary>
    public ISaslAuthenticator? Sasl { get; }

    /// <summary>For clients of the text protocols; null: they are not served.</summary>
    public TokenFile? Tokens { get; }

    /// <summary>Hashes for <see cref="Sasl"/>.</summary>
    public HashPool? Hashes { get; }

    /// <summary>Commands that a client may send before it has entered.</summary>
    public int CommandsMax { get; }

    /// <summary>Bytes of a message that says who a client is.</summary>
    public int MessageBytesMax { get; }

    /// <summary>Milliseconds from the connect in which a client must enter; 0 = any number.</summary>
    public int TimeoutMs { get; }

    /// <summary>Clients that were closed because they sent too many commands.</summary>
    public long CommandsRefused => Interlocked.Read(ref _commandsRefused);

    /// <summary>The entrance that the options ask for, or null when everybody may enter.</summary>
    /// <exception cref="ArgumentException">
    /// A protocol is asked for that nobody could be authenticated in, or a limit is out of its range.
    /// </exception>
    public static Entrance? From(CacheServerOptions options)
    {
        ISaslAuthenticator? sasl = options.Sasl
            ?? (options.Passwords is { } passwords ? new SaslAuthenticator(passwords) : null);
        if (sasl is null && options.Tokens is null)
        {
            return null;
        }
        if (options.Protocol == CacheProtocol.Ascii ? options.Tokens is null
            : options.Protocol == CacheProtocol.Binary && sasl is null)
        {
            throw new ArgumentException("the protocol is not the one that clients are authenticated in",
                nameof(options));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AuthenticationCommandsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(
            options.AuthenticationBytesMax, CacheServerOptions.AuthenticationBytesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.AuthenticationBytesMax, CacheServerOptions.AuthenticationBytesMost);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AuthenticationTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HashThreads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HashQueueMax, 1);
        return new(options, sasl);
    }

    /// <summary>
    /// The protocols of those who can be authenticated: whoever could speak another one would need no password.
    /// </summary>
    public CacheProtocol Restrict(CacheProtocol protocol)
        => Tokens is null ? CacheProtocol.Binary : Sasl is null ? CacheProtocol.Ascii : protocol;

    /// <summary>A client has sent too many commands.</summary>
    public void CountRefused() => Interlocked.Increment(ref _commandsRefused);

    /// <inheritdoc/>
    public void Dispose() => Hashes?.Dispose();
}
