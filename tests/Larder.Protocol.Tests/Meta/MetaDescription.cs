using System.Text;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Meta;

/// <summary>A meta request as one line of text, in the way of <see cref="Text.TextDescription"/>.</summary>
internal static class MetaDescription
{
    public static string Read(byte[] input)
    {
        TextRequest line = default;
        ParseStatus status = TextRequestReader.Read(input, ref line);
        if (status != ParseStatus.Complete)
            return status.ToString();
        return IsMeta(line.Command) ? Of(in line) : Protocol.Tests.Text.TextDescription.Of(in line);
    }

    public static bool IsMeta(TextCommand command) => command is >= TextCommand.MetaGet and < TextCommand.MetaNoop;

    public static string Of(in TextRequest line)
    {
        MetaRequest request = default;
        MetaRequestReader.Read(in line, new byte[KeyBase64.DecodedLengthMax], ref request);
        var text = new StringBuilder().Append($"{line.LineLength}: {line.Command}");
        if (request.Error != RequestError.None)
            return text.Append($" error={request.Error} skip={request.SkipLength}").ToString();
        text.Append($" key={Bytes.Text(request.Key)} len={request.ValueLength} mode={request.Mode}");
        if (line.Command == TextCommand.MetaDebug)
            return text.Append(request.Has(MetaFlags.Base64Key) ? " b" : "").ToString();
        AddFlags(in request, text);
        return text.ToString();
    }

    private static void AddFlags(in MetaRequest request, StringBuilder text)
    {
        foreach (MetaFlagTokens flag in request.FlagTokens)
        {
            Assert(request.Has(MetaFlagSet.Of(flag.Flag)));
            text.Append($" {(char)flag.Flag}");
            text.Append((char)flag.Flag switch
            {
                'T' => $"={request.Exptime}",
                'N' => $"={request.VivifyExptime}",
                'R' => $"={request.RecacheTtl}",
                'C' => $"={request.CompareCas}",
                'E' => $"={request.NewCas}",
                'F' => $"={request.ClientFlags}",
                'J' => $"={request.Initial}",
                'D' => $"={request.Delta}",
                'O' => $"={Bytes.Text(request.Opaque)}",
                _ => "",
            });
        }
    }

    private static void Assert(bool condition)
    {
        if (!condition)
            throw new InvalidOperationException("the set of flags and their list do not agree");
    }
}
