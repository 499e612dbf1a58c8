namespace Larder.Objects.Devices;

/// <summary>An operation on a device that has begun.</summary>
/// <param name="Operation">What it is.</param>
/// <param name="Begun">When, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Cell">Its place in <see cref="RunningCalls"/>; -1 = none was free.</param>
public readonly record struct DeviceCall(DeviceOperation Operation, long Begun, int Cell);
