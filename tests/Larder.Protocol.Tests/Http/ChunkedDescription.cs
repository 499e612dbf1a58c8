using Larder.Protocol.Http;

namespace Larder.Protocol.Tests.Http;

/// <summary>What <see cref="ChunkedReader"/> makes of a body that comes in pieces, as text.</summary>
internal static class ChunkedDescription
{
    public static string Read(params byte[][] pieces)
    {
        ChunkedReader reader = default;
        string body = "";
        int total = 0;
        ChunkedStatus status = ChunkedStatus.Incomplete;
        foreach (byte[] piece in pieces)
        {
            // The rest of a piece in an array of exactly its size: a reader that looks behind its input fails.
            byte[] rest = piece;
            do
            {
                status = reader.Read(rest, out int consumed, out ReadOnlySpan<byte> data);
                if (data.IsEmpty == (status == ChunkedStatus.Data))
                    return $"{status} with {data.Length} bytes";
                body += Bytes.Text(data);
                total += consumed;
                rest = rest[consumed..];
            }
            while (status == ChunkedStatus.Data);
            if (status == ChunkedStatus.Incomplete && rest.Length > 0)
                return $"Incomplete with {rest.Length} bytes left";
        }
        return status switch
        {
            ChunkedStatus.Failed => $"{(int)reader.Error} behind {body}",
            ChunkedStatus.Complete => $"{total}: {body}{Md5(in reader)}",
            _ => $"Incomplete: {body}",
        };
    }

    private static string Md5(in ChunkedReader reader)
    {
        byte[] digest = new byte[HttpMd5.DigestLength];
        return reader.TryGetContentMd5(digest) ? $" md5={Convert.ToBase64String(digest)}" : "";
    }
}
