using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// What TLS needs of OpenSSL 3, with its C names and blittable types only. The libraries are loaded by the first call:
/// a process that speaks no TLS runs without them. Results are read by <see cref="Tls.TlsContext"/> and
/// <see cref="Wire.TlsTransport"/>; the queue of errors belongs to the thread (ERR_get_error(3)).
/// </summary>
internal static unsafe partial class OpenSsl
{
    public const string Library = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    /// <summary>
    /// No cleaning up at exit: threads of ours may still be in the library then (OPENSSL_init_crypto(3)).
    /// </summary>
    public const ulong OPENSSL_INIT_NO_ATEXIT = 0x00080000;

    public const int SSL_FILETYPE_PEM = 1;
    public const int SSL_FILETYPE_ASN1 = 2;

    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_SESS_CACHE_SIZE = 42;
    public const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_GET_TLSEXT_TICKET_KEYS = 58;
    public const int SSL_CTRL_SET_TLSEXT_TICKET_KEYS = 59;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;

    public const int SSL_MODE_ENABLE_PARTIAL_WRITE = 0x1;
    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    public const int SSL_MODE_RELEASE_BUFFERS = 0x10;

    public const int SSL_SESS_CACHE_OFF = 0;
    public const int SSL_SESS_CACHE_SERVER = 2;

    public const ulong SSL_OP_ENABLE_KTLS = 1ul << 3;
    public const ulong SSL_OP_IGNORE_UNEXPECTED_EOF = 1ul << 7;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1ul << 30;

    public const int SSL_VERIFY_NONE = 0;
    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
    public const int SSL_VERIFY_CLIENT_ONCE = 4;

    public const int SSL_ERROR_SSL = 1;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_WANT_WRITE = 3;
    public const int SSL_ERROR_SYSCALL = 5;
    public const int SSL_ERROR_ZERO_RETURN = 6;

    /// <summary>Name, MAC key and AES key of session tickets in OpenSSL 3: 16 + 32 + 32 bytes.</summary>
    public const int TicketKeyBytes = 80;

    public const int SHA256_DIGEST_LENGTH = 32;

    public const int BIO_TYPE_SOURCE_SINK = 0x0400;
    public const int BIO_CTRL_EOF = 2;
    public const int BIO_CTRL_FLUSH = 11;
    public const int BIO_CTRL_GET_KTLS_SEND = 73;
    public const int BIO_FLAGS_READ = 0x01;
    public const int BIO_FLAGS_WRITE = 0x02;
    public const int BIO_FLAGS_SHOULD_RETRY = 0x08;

    [LibraryImport(Library)] public static partial int OPENSSL_init_ssl(ulong options, void* settings);
    [LibraryImport(Library)] public static partial nint TLS_server_method();
    [LibraryImport(Library)] public static partial nint TLS_client_method();

    [LibraryImport(Library)] public static partial nint SSL_CTX_new(nint method);
    [LibraryImport(Library)] public static partial void SSL_CTX_free(nint context);
    [LibraryImport(Library)] public static partial nint SSL_CTX_ctrl(nint context, int command, nint larg, void* parg);
    [LibraryImport(Library)] public static partial ulong SSL_CTX_set_options(nint context, ulong options);
    [LibraryImport(Library)] public static partial int SSL_CTX_use_certificate_chain_file(nint context, byte* file);
    [LibraryImport(Library)] public static partial int SSL_CTX_use_PrivateKey_file(nint context, byte* file, int type);
    [LibraryImport(Library)] public static partial int SSL_CTX_check_private_key(nint context);
    [LibraryImport(Library)] public static partial int SSL_CTX_set_cipher_list(nint context, byte* list);
    [LibraryImport(Library)] public static partial int SSL_CTX_set_ciphersuites(nint context, byte* list);
    [LibraryImport(Library)] public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);
    [LibraryImport(Library)] public static partial void SSL_CTX_set_verify(nint context, int mode, void* callback);
    [LibraryImport(Library)] public static partial nint SSL_load_client_CA_file(byte* file);
    [LibraryImport(Library)] public static partial void SSL_CTX_set_client_CA_list(nint context, nint names);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_load_verify_locations(nint context, byte* file, byte* folder);

    [LibraryImport(Library)] public static partial nint SSL_new(nint context);
    [LibraryImport(Library)] public static partial void SSL_free(nint ssl);
    [LibraryImport(Library)] public static partial void SSL_set_bio(nint ssl, nint reads, nint writes);
    [LibraryImport(Library)] public static partial int SSL_set_fd(nint ssl, int fd);
    [LibraryImport(Library)] public static partial nint SSL_get_wbio(nint ssl);
    [LibraryImport(Library)] public static partial void SSL_set_accept_state(nint ssl);
    [LibraryImport(Library)] public static partial void SSL_set_connect_state(nint ssl);
    [LibraryImport(Library)] public static partial void SSL_set_verify(nint ssl, int mode, void* callback);
    [LibraryImport(Library)] public static partial int SSL_read(nint ssl, void* buffer, int count);
    [LibraryImport(Library)] public static partial int SSL_write(nint ssl, void* buffer, int count);
    [LibraryImport(Library)] public static partial int SSL_pending(nint ssl);
    [LibraryImport(Library)] public static partial int SSL_shutdown(nint ssl);
    [LibraryImport(Library)] public static partial int SSL_get_error(nint ssl, int result);
    [LibraryImport(Library)] public static partial int SSL_is_init_finished(nint ssl);
    [LibraryImport(Library)] public static partial int SSL_session_reused(nint ssl);
    [LibraryImport(Library)] public static partial nint SSL_get1_session(nint ssl);
    [LibraryImport(Library)] public static partial int SSL_set_session(nint ssl, nint session);
    [LibraryImport(Library)] public static partial void SSL_SESSION_free(nint session);

    [LibraryImport(Library)]
    public static partial int SSL_set_session_id_context(nint ssl, byte* context, uint length);

    [LibraryImport(Crypto)] public static partial void ERR_clear_error();
    [LibraryImport(Crypto)] public static partial ulong ERR_peek_error();
    [LibraryImport(Crypto)] public static partial ulong ERR_peek_last_error();
    [LibraryImport(Crypto)] public static partial void ERR_error_string_n(ulong error, byte* buffer, nuint length);
    [LibraryImport(Crypto)] public static partial byte* ERR_reason_error_string(ulong error);

    [LibraryImport(Crypto)] public static partial byte* SHA256(byte* data, nuint length, byte* digest);

    [LibraryImport(Crypto)] public static partial nint BIO_meth_new(int type, byte* name);
    [LibraryImport(Crypto)] public static partial nint BIO_new(nint method);
    [LibraryImport(Crypto)] public static partial void BIO_set_init(nint bio, int init);
    [LibraryImport(Crypto)] public static partial nint BIO_ctrl(nint bio, int command, nint number, void* data);

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, void*, nint> ctrl);

    // Two assignments each: nothing that could block a collection.
    [LibraryImport(Crypto), SuppressGCTransition] public static partial void BIO_set_flags(nint bio, int flags);
    [LibraryImport(Crypto), SuppressGCTransition] public static partial void BIO_clear_flags(nint bio, int flags);
}
