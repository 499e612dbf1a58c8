using System.Runtime.InteropServices;
using Larder.Bench;
using Larder.Tests.Launching;

namespace Larder.Tests.Bench;

/// <summary>Traces for tests: written into a folder, or the shared ones beside the repository.</summary>
internal static class TraceFile
{
    /// <summary>Writes key numbers as a trace; the path.</summary>
    public static string Write(TemporaryFolder folder, params uint[] keys)
    {
        string path = folder.Combine("trace.u32");
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(keys.AsSpan()).ToArray());
        return path;
    }

    /// <summary>Reads one of the shared traces; skips the test where they are not.</summary>
    public static RequestTrace ReadShared(string name, int limit = int.MaxValue)
    {
        string path = Path.GetFullPath(Path.Combine(SourceTree.Root, "..", "shared", "traces", $"{name}.u32"));
        Assert.SkipUnless(File.Exists(path), $"the trace {name}.u32 is not in ../shared/traces beside the repository");
        return RequestTrace.Read(path, limit);
    }
}
