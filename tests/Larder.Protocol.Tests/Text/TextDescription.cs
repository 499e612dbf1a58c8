using System.Text;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Text;

/// <summary>
/// A classic request as one line of text that holds all that a caller may look at: what tests and fuzz targets compare.
/// </summary>
internal static class TextDescription
{
    public static string Read(byte[] input)
    {
        TextRequest request = default;
        ParseStatus status = TextRequestReader.Read(input, ref request);
        return status == ParseStatus.Complete ? Of(in request) : status.ToString();
    }

    public static string Of(in TextRequest request)
    {
        var text = new StringBuilder().Append($"{request.LineLength}: {request.Command}");
        if (request.Error != RequestError.None)
            text.Append($" error={request.Error} skip={request.SkipLength}");
        else
            AddArguments(in request, text);
        return text.Append(request.NoReply ? " noreply" : "").ToString();
    }

    private static void AddArguments(in TextRequest request, StringBuilder text)
    {
        switch (request.Command)
        {
            case TextCommand.Get or TextCommand.Gets:
                AddKeys(in request, text);
                break;
            case TextCommand.Gat or TextCommand.Gats:
                text.Append($" exp={request.Exptime}");
                AddKeys(in request, text);
                break;
            case TextCommand.Set or TextCommand.Add or TextCommand.Replace or TextCommand.Append or TextCommand.Prepend
                or TextCommand.Cas:
                text.Append($" key={Bytes.Text(request.Key)} flags={request.ClientFlags} exp={request.Exptime}");
                text.Append($" len={request.ValueLength} cas={request.Cas}");
                break;
            case TextCommand.Delete:
                text.Append($" key={Bytes.Text(request.Key)}");
                break;
            case TextCommand.Incr or TextCommand.Decr:
                text.Append($" key={Bytes.Text(request.Key)} delta={request.Delta}");
                break;
            case TextCommand.Touch:
                text.Append($" key={Bytes.Text(request.Key)} exp={request.Exptime}");
                break;
            case TextCommand.FlushAll:
                text.Append($" exp={request.Exptime}");
                break;
            case TextCommand.Verbosity:
                text.Append($" level={request.Level}");
                break;
            case TextCommand.Stats or TextCommand.Shutdown or TextCommand.Watch or TextCommand.RefreshCerts
                or TextCommand.DebugTime or TextCommand.CacheMemlimit or TextCommand.Slabs or TextCommand.Lru
                or TextCommand.LruCrawler or TextCommand.Extstore or TextCommand.LarderDeletePrefix:
                foreach (ReadOnlySpan<byte> argument in request.Arguments)
                    text.Append($" [{Bytes.Text(argument)}]");
                break;
        }
    }

    private static void AddKeys(in TextRequest request, StringBuilder text)
    {
        TextKeys keys = request.Keys;
        while (keys.MoveNext())
            text.Append($" key={Bytes.Text(keys.Current)}");
        if (keys.Error != RequestError.None)
            text.Append($" keys={keys.Error}");
    }
}
