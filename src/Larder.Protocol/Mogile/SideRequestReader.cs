using System.Buffers;
using Larder.Protocol.Http;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Mogile;

/// <summary>
/// Reads one line of the side-channel that trackers open beside HTTP. Never throws, never allocates, never looks behind
/// the line's LF.
/// </summary>
/// <remarks>
/// <code>
/// line = *SP [ "size" path / ("MD5" / "SHA-1") path [reason] / "watch" / "shutdown" ["graceful"]
///            / "server aio_threads" "=" number                        ; in any case of letters
///            / "larder scrub" ("pause" / "resume" / "status") [device] / "larder scrub report" device ] *SP [CR] LF
/// device = "dev" number                                                ; without leading zeros, up to 16777215
/// </code>
/// </remarks>
public static class SideRequestReader
{
    /// <summary>Bytes of a line with its end, with narrow names (cmogstored: 496 end the connection).</summary>
    public const int NarrowLineLengthMax = 495;

    /// <summary>
    /// The same with wide names: the longest path with every byte as <c>%xx</c>, and what stands around it.
    /// </summary>
    public const int WideLineLengthMax = (3 * HttpPathReader.WideLengthMax) + 64;

    /// <summary>The most threads that AioThreads asks for.</summary>
    public const int ThreadCountMax = 100;

    private const int DeviceMax = 0xFFFFFF;

    private static readonly SearchValues<byte> s_reason = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Reads a line.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="scanFrom">
    /// Bytes at the beginning that hold no LF: 0, or <see cref="SideRequest.ScannedLength"/> of an earlier, Incomplete
    /// call.
    /// </param>
    /// <param name="names">Which paths there may be.</param>
    /// <param name="scratch">As for <see cref="HttpPathReader.Read"/>.</param>
    /// <param name="request">Receives the request; meaningful when the result is Complete.</param>
    /// <returns>Complete, Incomplete, or Close for a line that is too long.</returns>
    public static ParseStatus Read(
        ReadOnlySpan<byte> input, int scanFrom, HttpNames names, Span<byte> scratch, ref SideRequest request)
    {
        request = default;
        int lengthMax = names == HttpNames.Narrow ? NarrowLineLengthMax : WideLineLengthMax;
        int lineFeed = LineScanner.IndexOfLineFeed(input, scanFrom);
        if ((lineFeed < 0 ? input.Length : lineFeed + 1) > lengthMax)
            return ParseStatus.Close;
        if (lineFeed < 0)
        {
            request.ScannedLength = input.Length;
            return ParseStatus.Incomplete;
        }
        request.LineLength = lineFeed + 1;
        ReadOnlySpan<byte> line = input[..lineFeed];
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        Parse(line, names, scratch, ref request);
        return ParseStatus.Complete;
    }

    private static void Parse(
        ReadOnlySpan<byte> line, HttpNames names, Span<byte> scratch, ref SideRequest request)
    {
        if (line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
        {
            request.Command = SideCommand.Blank;
            return;
        }
        var tokens = new TextTokens(line);
        tokens.MoveNext();
        ReadOnlySpan<byte> word = tokens.Current;
        tokens.TryNext(out ReadOnlySpan<byte> second);
        tokens.TryNext(out ReadOnlySpan<byte> third);
        tokens.TryNext(out ReadOnlySpan<byte> fourth);
        if (fourth.IsEmpty)
            request.Command = CommandOf(word, second, third);
        if (request.Command is SideCommand.Size or SideCommand.Md5 or SideCommand.Sha1)
            ReadPath(second, third, names, scratch, ref request);
        else if (request.Command == SideCommand.Unknown && AsciiText.EqualsIgnoreCase(word, "server"u8))
            ReadThreads(line.Trim((byte)' ')["server".Length..], ref request);
        else if (word.SequenceEqual("larder"u8) && second.SequenceEqual("scrub"u8) && !tokens.MoveNext())
            ReadScrub(third, fourth, ref request);
        if (request.Command == SideCommand.Unknown)
            request.Word = Visible(word);
    }

    private static SideCommand CommandOf(
        ReadOnlySpan<byte> word, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        bool hasPath = second.StartsWith("/"u8);
        bool hasGoodReason = !third.ContainsAnyExcept(s_reason);
        if (word.SequenceEqual("size"u8) && hasPath && third.IsEmpty)
            return SideCommand.Size;
        if (word.SequenceEqual("MD5"u8) && hasPath && hasGoodReason)
            return SideCommand.Md5;
        if (word.SequenceEqual("SHA-1"u8) && hasPath && hasGoodReason)
            return SideCommand.Sha1;
        if (word.SequenceEqual("watch"u8) && second.IsEmpty)
            return SideCommand.Watch;
        bool isGraceful = second.IsEmpty || (second.SequenceEqual("graceful"u8) && third.IsEmpty);
        return word.SequenceEqual("shutdown"u8) && isGraceful ? SideCommand.Shutdown : SideCommand.Unknown;
    }

    private static void ReadPath(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> reason,
        HttpNames names,
        Span<byte> scratch,
        ref SideRequest request)
    {
        HttpPathError error = HttpPathReader.Read(path, names, scratch, out HttpPath file);
        if (error != HttpPathError.None)
        {
            request.Command = error == HttpPathError.Malformed ? SideCommand.Unknown : SideCommand.UriInvalid;
            return;
        }
        request.Path = path;
        request.File = file;
        request.Reason = reason;
    }

    private static void ReadThreads(ReadOnlySpan<byte> rest, ref SideRequest request)
    {
        rest = rest.Trim((byte)' ');
        if (!AsciiText.StartsWithIgnoreCase(rest, "aio_threads"u8))
            return;
        rest = rest["aio_threads".Length..].TrimStart((byte)' ');
        if (!rest.StartsWith("="u8))
            return;
        rest = rest[1..].TrimStart((byte)' ');
        if (rest.IsEmpty || rest.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return;
        request.Command = SideCommand.AioThreads;
        rest = rest.TrimStart((byte)'0');
        if (HttpNumber.Read(rest, out long count) == HttpStatus.None && count <= ThreadCountMax)
            request.ThreadCount = (int)count;
    }

    private static void ReadScrub(ReadOnlySpan<byte> what, ReadOnlySpan<byte> device, ref SideRequest request)
    {
        long number = -1;
        bool isDevice = device.StartsWith("dev"u8)
            && HttpNumber.Read(device["dev".Length..], out number) == HttpStatus.None && number <= DeviceMax;
        SideScrub? scrub = what.SequenceEqual("pause"u8) ? SideScrub.Pause
            : what.SequenceEqual("resume"u8) ? SideScrub.Resume
            : what.SequenceEqual("status"u8) ? SideScrub.Status
            : what.SequenceEqual("report"u8) ? SideScrub.Report : null;
        if (scrub == null || !(isDevice || (device.IsEmpty && scrub != SideScrub.Report)))
            return;
        request.Command = SideCommand.Scrub;
        request.Scrub = scrub.Value;
        request.Device = (int)number;
    }

    private static ReadOnlySpan<byte> Visible(ReadOnlySpan<byte> word)
    {
        int length = word.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
        return length < 0 ? word : word[..length];
    }
}
