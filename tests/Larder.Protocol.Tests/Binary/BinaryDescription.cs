using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Binary;

/// <summary>A binary request or response as one line of text: what tests and fuzz targets compare.</summary>
internal static class BinaryDescription
{
    public static string Read(byte[] input)
    {
        BinaryRequest request = default;
        ParseStatus status = BinaryRequestReader.ReadHeader(input, ref request);
        if (status != ParseStatus.Complete)
            return status.ToString();
        string start = $"{request.Opcode:x2} opaque={request.Opaque:x} cas={request.Cas}";
        if (request.Error != BinaryStatus.Success)
            return start + (request.MustClose
                ? $" error={request.Error} closes"
                : $" error={request.Error} length={request.FrameLength}");
        if (input.Length < request.HeadLength)
            return $"{start} needs {request.HeadLength} of {request.FrameLength}";
        BinaryRequestReader.ReadBody(input, ref request);
        string value = input.Length < request.FrameLength ? " waits" : $" value={Bytes.Text(request.Value)}";
        return $"{start} length={request.FrameLength} {request.Command}{(request.IsQuiet ? " quiet" : "")}"
            + $" key={Bytes.Text(request.Key)}{Extras(in request)}{value}";
    }

    public static string ReadReply(byte[] input)
    {
        BinaryReply reply = default;
        ReplyStatus status = BinaryResponseReader.Read(input, ref reply);
        if (status != ReplyStatus.Complete)
            return status.ToString();
        string number = reply.TryGetNumber(out ulong value) ? $" number={value}" : "";
        return $"{reply.TotalLength}: {(byte)reply.Opcode:x2} status={(int)reply.Status:x} opaque={reply.Opaque:x}"
            + $" cas={reply.Cas} flags={reply.ClientFlags} key={Bytes.Text(reply.Key)}"
            + $" value={Bytes.Text(reply.Value)}{number}";
    }

    private static string Extras(in BinaryRequest request) => request.Command switch
    {
        BinaryOpcode.Set or BinaryOpcode.Add or BinaryOpcode.Replace =>
            $" flags={request.ClientFlags} exp={request.LastWord}",
        BinaryOpcode.Increment or BinaryOpcode.Decrement =>
            $" delta={request.Delta} initial={request.Initial} exp={request.LastWord}",
        BinaryOpcode.Touch or BinaryOpcode.Gat or BinaryOpcode.GatK or BinaryOpcode.Flush
            or BinaryOpcode.Verbosity => $" word={request.LastWord}",
        _ => "",
    };
}
