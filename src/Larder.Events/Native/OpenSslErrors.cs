using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>Texts of OpenSSL's errors, whose queue belongs to the calling thread.</summary>
internal static unsafe class OpenSslErrors
{
    /// <summary>ERR_error_string_n(3): 256 bytes hold every text.</summary>
    private const int TextBytes = 256;

    /// <summary>The oldest error as memcached writes it: <c>error:80000002:system library::No such file</c>.</summary>
    public static string TakeFirst() => Take(OpenSsl.ERR_peek_error());

    /// <summary>Only the reason of the newest error, for the log; "unknown" when there is none.</summary>
    public static string TakeReason()
    {
        ulong error = OpenSsl.ERR_peek_last_error();
        byte* reason = error == 0 ? null : OpenSsl.ERR_reason_error_string(error);
        string text = reason == null ? "unknown" : Marshal.PtrToStringUTF8((nint)reason)!;
        OpenSsl.ERR_clear_error();
        return text;
    }

    private static string Take(ulong error)
    {
        byte* buffer = stackalloc byte[TextBytes];
        OpenSsl.ERR_error_string_n(error, buffer, TextBytes);
        OpenSsl.ERR_clear_error();
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }
}
