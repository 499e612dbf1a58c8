using System.Text;
using Larder.Events.Native;

namespace Larder.Events.Tls;

/// <summary>
/// An SSL_CTX: certificates, keys, ciphers, ticket keys. Immutable once built; connections hold a reference of their
/// own, so that it may be disposed of while they go on. The texts of its exceptions are memcached's.
/// </summary>
internal sealed unsafe class TlsContext : IDisposable
{
    /// <summary>SSL_MAX_SID_CTX_LENGTH.</summary>
    public const int SessionNameBytes = 32;

    /// <summary>Sessions of TLS 1.2 that are remembered; memcached's number.</summary>
    private const int SessionsMax = 1024;

    /// <summary>TLS1_VERSION of ssl.h; the others follow.</summary>
    private const int FirstVersion = 0x0301;

    private const string SuitePrefix = "TLS_";

    private nint _handle;

    private TlsContext(nint handle) => _handle = handle;

    /// <summary>
    /// What sessions belong to: one that was made under other authorities is not taken up. The last byte is free for
    /// what the listener asks of certificates.
    /// </summary>
    public byte[] SessionName { get; } = new byte[SessionNameBytes];

    /// <summary>A server's.</summary>
    /// <exception cref="TlsException">There is no OpenSSL, or a file or a list of ciphers is not good.</exception>
    public static TlsContext ForServer(TlsServerOptions options)
    {
        var context = new TlsContext(Create(isServer: true));
        try
        {
            context.SetUp(options);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>A client's.</summary>
    /// <exception cref="TlsException">There is no OpenSSL, or a file is not good.</exception>
    public static TlsContext ForClient(TlsClientOptions options)
    {
        var context = new TlsContext(Create(isServer: false));
        try
        {
            context.SetModes();
            context.Control(OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, FirstVersion + (int)TlsVersion.Tls12);
            context.LoadPair(options.CertificateFile, options.KeyFile, TlsKeyFormat.Pem);
            context.LoadAuthorities(options.AuthorityFile);
            if (options.AuthorityFile != null)
            {
                OpenSsl.SSL_CTX_set_verify(context._handle, OpenSsl.SSL_VERIFY_PEER, null);
            }
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>A connection's SSL; whoever calls sees to it that this is not disposed of meanwhile.</summary>
    public nint NewConnection()
    {
        nint ssl = OpenSsl.SSL_new(_handle);
        return ssl != 0 ? ssl : throw new InvalidOperationException("OpenSSL has no memory for a connection");
    }

    /// <summary>Goes on with the ticket keys of a context that this one replaces.</summary>
    public void TakeTicketKeys(TlsContext from)
    {
        byte* keys = stackalloc byte[OpenSsl.TicketKeyBytes];
        nint read = OpenSsl.SSL_CTX_ctrl(
            from._handle, OpenSsl.SSL_CTRL_GET_TLSEXT_TICKET_KEYS, OpenSsl.TicketKeyBytes, keys);
        nint written = OpenSsl.SSL_CTX_ctrl(
            _handle, OpenSsl.SSL_CTRL_SET_TLSEXT_TICKET_KEYS, OpenSsl.TicketKeyBytes, keys);
        new Span<byte>(keys, OpenSsl.TicketKeyBytes).Clear();
        if (read <= 0 || written <= 0)
        {
            throw new TlsException("Error taking over the ticket keys");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            OpenSsl.SSL_CTX_free(handle);
        }
    }

    private static nint Create(bool isServer)
    {
        try
        {
            if (OpenSsl.OPENSSL_init_ssl(OpenSsl.OPENSSL_INIT_NO_ATEXIT, null) != 1)
            {
                throw new TlsException("OpenSSL cannot be initialised");
            }
            nint handle = OpenSsl.SSL_CTX_new(isServer ? OpenSsl.TLS_server_method() : OpenSsl.TLS_client_method());
            return handle != 0 ? handle : throw new TlsException($"No TLS context: {OpenSslErrors.TakeFirst()}");
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new TlsException(
                $"TLS needs OpenSSL 3, whose library {OpenSsl.Library} this machine lacks (Debian: libssl3)", missing);
        }
    }

    private void SetUp(TlsServerOptions options)
    {
        SetModes();
        Control(OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, FirstVersion + (int)options.MinVersion);
        LoadPair(options.CertificateFile, options.KeyFile, options.KeyFormat);
        LoadAuthorities(options.AuthorityFile);
        if (options.AuthorityFile != null)
        {
            OfferAuthorities(options.AuthorityFile);
        }
        SetCiphers(options.Ciphers);
        // One ticket for each handshake: clients that want two connections at once may show it twice, and more would
        // be paid for by all (RFC 8446 4.6.1).
        Require(OpenSsl.SSL_CTX_set_num_tickets(_handle, 1), "setting", "the number of tickets");
        Control(OpenSsl.SSL_CTRL_SET_SESS_CACHE_MODE,
            options.RemembersSessions ? OpenSsl.SSL_SESS_CACHE_SERVER : OpenSsl.SSL_SESS_CACHE_OFF);
        Control(OpenSsl.SSL_CTRL_SET_SESS_CACHE_SIZE, SessionsMax);
        if (options.UsesKernel)
        {
            OpenSsl.SSL_CTX_set_options(_handle, OpenSsl.SSL_OP_ENABLE_KTLS);
        }
    }

    private void SetModes()
    {
        // An idle connection holds no record buffers; what is queued may have moved when a send is tried again.
        Control(OpenSsl.SSL_CTRL_MODE, OpenSsl.SSL_MODE_ENABLE_PARTIAL_WRITE
            | OpenSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | OpenSsl.SSL_MODE_RELEASE_BUFFERS);
        // The end without close_notify is seen by our own BIO; OpenSSL shall not take it for a broken record.
        OpenSsl.SSL_CTX_set_options(_handle, OpenSsl.SSL_OP_NO_RENEGOTIATION | OpenSsl.SSL_OP_IGNORE_UNEXPECTED_EOF);
    }

    private void LoadPair(string? certificateFile, string? keyFile, TlsKeyFormat keyFormat)
    {
        if (certificateFile == null)
        {
            return;
        }
        OpenSsl.ERR_clear_error();
        fixed (byte* file = Terminated(certificateFile))
        {
            Require(OpenSsl.SSL_CTX_use_certificate_chain_file(_handle, file), "loading the certificate chain",
                certificateFile);
        }
        string key = keyFile ?? certificateFile;
        fixed (byte* file = Terminated(key))
        {
            Require(OpenSsl.SSL_CTX_use_PrivateKey_file(_handle, file, (int)keyFormat), "loading the key", key);
        }
        if (OpenSsl.SSL_CTX_check_private_key(_handle) != 1)
        {
            throw new TlsException($"Error validating the certificate: {OpenSslErrors.TakeFirst()}");
        }
    }

    private void LoadAuthorities(string? authorityFile)
    {
        if (authorityFile == null)
        {
            return;
        }
        fixed (byte* file = Terminated(authorityFile))
        {
            Require(OpenSsl.SSL_CTX_load_verify_locations(_handle, file, null), "loading the CA certificate",
                authorityFile);
        }
    }

    /// <summary>Tells clients whose certificates are good, and ties sessions to these authorities.</summary>
    private void OfferAuthorities(string authorityFile)
    {
        fixed (byte* file = Terminated(authorityFile))
        {
            nint names = OpenSsl.SSL_load_client_CA_file(file);
            Require(names != 0 ? 1 : 0, "loading the client CA names", authorityFile);
            OpenSsl.SSL_CTX_set_client_CA_list(_handle, names);
        }
        byte[] content;
        try
        {
            content = File.ReadAllBytes(authorityFile);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"Error loading the CA certificate: {authorityFile} : {gone.Message}", gone);
        }
        byte* digest = stackalloc byte[OpenSsl.SHA256_DIGEST_LENGTH];
        fixed (byte* bytes = content)
        {
            OpenSsl.SHA256(bytes, (nuint)content.Length, digest);
        }
        new ReadOnlySpan<byte>(digest, SessionNameBytes - 1).CopyTo(SessionName);
    }

    private void SetCiphers(string? list)
    {
        if (list == null)
        {
            return;
        }
        string[] names = list.Split(':', StringSplitOptions.RemoveEmptyEntries);
        string suites = string.Join(':', names.Where(IsSuite));
        string older = string.Join(':', names.Where(static name => !IsSuite(name)));
        fixed (byte* suiteList = Terminated(suites), olderList = Terminated(older))
        {
            bool isGood = (suites.Length == 0 || OpenSsl.SSL_CTX_set_ciphersuites(_handle, suiteList) == 1)
                && (older.Length == 0 || OpenSsl.SSL_CTX_set_cipher_list(_handle, olderList) == 1);
            OpenSsl.ERR_clear_error();
            if (!isGood || names.Length == 0)
            {
                throw new TlsException($"Error setting the provided cipher(s): {list}");
            }
        }
    }

    private static bool IsSuite(string name) => name.StartsWith(SuitePrefix, StringComparison.Ordinal);

    private void Control(int command, int number) => OpenSsl.SSL_CTX_ctrl(_handle, command, number, null);

    private static void Require(int result, string doing, string file)
    {
        if (result != 1)
        {
            throw new TlsException($"Error {doing}: {file} : {OpenSslErrors.TakeFirst()}");
        }
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
