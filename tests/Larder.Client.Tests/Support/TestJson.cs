using System.Text.Json.Serialization;

namespace Larder.Client.Tests.Support;

/// <summary>Generated code for the values of tests.</summary>
[JsonSerializable(typeof(TestPoint))]
internal sealed partial class TestJson : JsonSerializerContext;
