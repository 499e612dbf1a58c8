namespace Larder.Client.Tests.Support;

/// <summary>A value for serializers.</summary>
internal sealed record TestPoint(int X, int Y);
