using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// The socket as OpenSSL sees it: a BIO whose reads and writes are those of the thread's <see cref="TlsWork"/>, so that
/// one receive takes a header, its record and those behind it, and a short one is known to have drained the socket.
/// </summary>
internal static unsafe class TlsBio
{
    /// <summary>
    /// All of them are cleared by each call: a failed write behind a read that had to wait would count as waiting else.
    /// </summary>
    private const int RetryFlags
        = OpenSsl.BIO_FLAGS_READ | OpenSsl.BIO_FLAGS_WRITE | OpenSsl.BIO_FLAGS_SHOULD_RETRY;

    private static readonly nint s_method = MakeMethod();

    /// <summary>A BIO for a connection; SSL_free frees it.</summary>
    public static nint Create()
    {
        nint bio = OpenSsl.BIO_new(s_method);
        if (bio == 0)
        {
            throw new InvalidOperationException("OpenSSL has no memory for a BIO");
        }
        OpenSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint MakeMethod()
    {
        nint method;
        fixed (byte* name = "larder"u8)
        {
            method = OpenSsl.BIO_meth_new(OpenSsl.BIO_TYPE_SOURCE_SINK, name);
        }
        if (method == 0
            || OpenSsl.BIO_meth_set_read(method, &Read) == 0
            || OpenSsl.BIO_meth_set_write(method, &Write) == 0
            || OpenSsl.BIO_meth_set_ctrl(method, &Control) == 0)
        {
            throw new InvalidOperationException("OpenSSL takes no BIO of ours");
        }
        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* into, int wanted)
    {
        OpenSsl.BIO_clear_flags(bio, RetryFlags);
        int count = TlsWork.Current.Give(into, wanted);
        if (count < 0)
        {
            OpenSsl.BIO_set_flags(bio, OpenSsl.BIO_FLAGS_READ | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
        }
        return count;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* from, int count)
    {
        OpenSsl.BIO_clear_flags(bio, RetryFlags);
        int taken = TlsWork.Current.Take(from, count);
        if (taken < 0)
        {
            OpenSsl.BIO_set_flags(bio, OpenSsl.BIO_FLAGS_WRITE | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
        }
        return taken;
    }

    /// <summary>BIO_ctrl(3): everything is written at once, so that there is nothing to flush.</summary>
    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, void* data) => command switch
    {
        OpenSsl.BIO_CTRL_FLUSH => 1,
        OpenSsl.BIO_CTRL_EOF => TlsWork.Current.IsEnded ? 1 : 0,
        _ => 0,
    };
}
