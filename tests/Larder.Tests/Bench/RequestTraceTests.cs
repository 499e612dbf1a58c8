using Larder.Bench;
using Larder.Tests.Launching;

namespace Larder.Tests.Bench;

public sealed class RequestTraceTests
{
    [Fact]
    public void Trace_of_a_file_has_its_keys_in_order()
    {
        using var folder = new TemporaryFolder();
        RequestTrace trace = RequestTrace.Read(TraceFile.Write(folder, 0, 1, 0, 3, 1), int.MaxValue);
        Assert.Equal([0u, 1u, 0u, 3u, 1u], trace.Requests.ToArray());
        Assert.Equal((4, 3), (trace.KeyCount, trace.Objects));
    }

    [Fact]
    public void Trace_with_a_limit_is_its_beginning()
    {
        using var folder = new TemporaryFolder();
        RequestTrace trace = RequestTrace.Read(TraceFile.Write(folder, 0, 1, 0, 3, 1), 3);
        Assert.Equal([0u, 1u, 0u], trace.Requests.ToArray());
        Assert.Equal((2, 2), (trace.KeyCount, trace.Objects));
    }

    [Fact]
    public void Trace_of_one_request_is_read()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(1, RequestTrace.Read(TraceFile.Write(folder, 0), int.MaxValue).Objects);
    }

    [Theory]
    [InlineData(0, "the file is empty")]
    [InlineData(1, "1 bytes are no whole number of 32-bit key numbers")]
    [InlineData(7, "7 bytes are no whole number of 32-bit key numbers")]
    public void File_of_a_wrong_length_is_refused(int length, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("bad.u32");
        File.WriteAllBytes(path, new byte[length]);
        Assert.Equal($"{path}: {reason}", Refusal(path));
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public void Key_numbers_that_are_not_dense_are_refused(uint key)
    {
        using var folder = new TemporaryFolder();
        string path = TraceFile.Write(folder, 0, key);
        Assert.Equal($"{path}: keys are not dense: number {key} among 2 requests", Refusal(path));
    }

    [Fact]
    public void File_that_cannot_be_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.Combine("missing.u32");
        Assert.Equal($"{missing}: there is no such file", Refusal(missing));
        Assert.Equal($"{folder.Path}: it may not be read, or is a folder", Refusal(folder.Path));
    }

    private static string Refusal(string path) =>
        Assert.Throws<TraceException>(() => RequestTrace.Read(path, int.MaxValue)).Message;
}
