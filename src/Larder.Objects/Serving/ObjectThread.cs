using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>What a worker carries through the requests that it serves: scratch room, the present date.</summary>
internal sealed class ObjectThread
{
    private const int DigestScratchBytes = 128 * 1024;

    private readonly byte[] _date = new byte[HttpDate.Length];
    private byte[]? _digestScratch; // made by the first who needs it

    /// <summary>Room for a path that is decoded.</summary>
    public byte[] PathScratch { get; } = new byte[HttpPathReader.WideLengthMax];

    /// <summary>Room for the bytes of a small file, before the head of the answer is certain.</summary>
    public byte[] BodyScratch { get; } = new byte[GetDialogue.CopiedBodyMax];

    /// <summary>Room for bytes whose digest is computed; half a second-level cache.</summary>
    public byte[] DigestScratch => _digestScratch ??= new byte[DigestScratchBytes];

    /// <summary>Requests answered, by this thread.</summary>
    public ObjectCounters Counters { get; } = new();

    /// <summary>The second that <see cref="Date"/> has written, since 1970.</summary>
    public long Seconds { get; private set; } = -1;

    /// <summary>Now, as HTTP writes it.</summary>
    public ReadOnlySpan<byte> Date()
    {
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (seconds != Seconds)
        {
            HttpDate.Write(_date, seconds);
            Seconds = seconds;
        }
        return _date;
    }
}
