namespace Larder.Objects.Devices;

/// <summary>Why a device is out of service.</summary>
public enum DeviceTrouble
{
    /// <summary>It is in service.</summary>
    None,
    /// <summary>Operations fail by its fault.</summary>
    Errors,
    /// <summary>It can only be read any more, is damaged, or is gone.</summary>
    Lost,
    /// <summary>An operation has begun and does not end.</summary>
    Hanging,
    /// <summary>Operations take too long.</summary>
    Slow,
}
