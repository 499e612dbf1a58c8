using Larder.Protocol.Http;
using Larder.Protocol.Mogile;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Mogile;

/// <summary>What the side-channel's reader found, as text.</summary>
internal static class SideDescription
{
    public static string Read(byte[] input, HttpNames names = HttpNames.Narrow, int scanFrom = 0)
    {
        byte[] scratch = new byte[HttpPathReader.WideLengthMax];
        SideRequest request = default;
        ParseStatus status = SideRequestReader.Read(input, scanFrom, names, scratch, ref request);
        return status switch
        {
            ParseStatus.Complete => $"{request.LineLength}: {Describe(in request)}",
            ParseStatus.Incomplete => $"Incomplete {request.ScannedLength}",
            _ => "Close",
        };
    }

    private static string Describe(in SideRequest request) => request.Command switch
    {
        SideCommand.Unknown => $"Unknown {Bytes.Text(request.Word)}",
        SideCommand.AioThreads => $"AioThreads {request.ThreadCount}",
        SideCommand.Scrub => $"Scrub {request.Scrub} {request.Device}",
        SideCommand.Size or SideCommand.Md5 or SideCommand.Sha1 =>
            $"{request.Command} {Bytes.Text(request.Path)} file={Bytes.Text(request.File.Text)}"
            + $"{(request.Reason.IsEmpty ? "" : $" reason={Bytes.Text(request.Reason)}")}"
            + $"{(request.IsFsck ? " fsck" : "")}",
        _ => $"{request.Command}",
    };
}
