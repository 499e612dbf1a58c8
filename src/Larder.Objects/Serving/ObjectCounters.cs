namespace Larder.Objects.Serving;

/// <summary>What one worker has answered; read by others as it stands.</summary>
internal sealed class ObjectCounters
{
    /// <summary>Answers of GET and HEAD.</summary>
    public long Gets { get; set; }

    /// <summary>Answers of PUT.</summary>
    public long Puts { get; set; }

    /// <summary>Answers of DELETE.</summary>
    public long Deletes { get; set; }

    /// <summary>Answers with 400 or more.</summary>
    public long Errors { get; set; }

    /// <summary>Bytes of bodies received.</summary>
    public long BytesIn { get; set; }

    /// <summary>Bytes of bodies sent.</summary>
    public long BytesOut { get; set; }
}
