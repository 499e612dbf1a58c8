using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>How the kernel's errors are answered; cmogstored's choice where trackers know it.</summary>
internal static class ErrnoStatus
{
    /// <summary>Of GET and HEAD; the connection stays.</summary>
    public static HttpStatus OfRead(Errno errno) => errno switch
    {
        Errno.NoEntry or Errno.NameTooLong => HttpStatus.NotFound,
        Errno.Access or Errno.NotPermitted or Errno.IsFolder or Errno.CrossDevice or Errno.TooManySymbolicLinks
            => HttpStatus.Forbidden,
        Errno.TooManyFiles or Errno.FileTableFull => HttpStatus.ServiceUnavailable,
        _ => HttpStatus.InternalServerError,
    };

    /// <summary>Of PUT; the connection is closed, since bytes of the body may be on their way.</summary>
    public static HttpStatus OfWrite(Errno errno) => errno switch
    {
        Errno.NoSpace or Errno.FileTooLarge or Errno.OutOfRange or Errno.QuotaExceeded
            => HttpStatus.InsufficientStorage,
        Errno.Invalid or Errno.NameTooLong => HttpStatus.BadRequest,
        Errno.NoEntry => HttpStatus.NotFound,
        Errno.Access or Errno.NotPermitted or Errno.CrossDevice or Errno.TooManySymbolicLinks
            => HttpStatus.Forbidden,
        Errno.TooManyFiles or Errno.FileTableFull => HttpStatus.ServiceUnavailable,
        _ => HttpStatus.InternalServerError,
    };

    /// <summary>Of DELETE; the connection stays.</summary>
    public static HttpStatus OfRemove(Errno errno) => errno switch
    {
        Errno.NoEntry or Errno.NameTooLong => HttpStatus.NotFound,
        Errno.IsFolder or Errno.NotPermitted or Errno.Access or Errno.CrossDevice or Errno.TooManySymbolicLinks
            => HttpStatus.Forbidden,
        Errno.TooManyFiles or Errno.FileTableFull => HttpStatus.ServiceUnavailable,
        _ => HttpStatus.InternalServerError,
    };

    /// <summary>Of PUT and DELETE on a device that takes no changes.</summary>
    public static HttpStatus OfRefusal(WriteVerdict verdict)
        => verdict == WriteVerdict.ReadOnly ? HttpStatus.Forbidden : HttpStatus.ServiceUnavailable;
}
