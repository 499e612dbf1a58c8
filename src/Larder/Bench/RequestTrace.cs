using System.Collections;
using System.Runtime.InteropServices;

namespace Larder.Bench;

/// <summary>
/// A trace of requests: an array of little-endian uint32, each the number of a key. The numbers are dense, that is,
/// below the number of requests. Immutable.
/// </summary>
internal sealed class RequestTrace
{
    private const int BytesEach = sizeof(uint);

    private readonly uint[] _requests;

    /// <param name="requests">Key numbers, at least one, each below 2^31-1; kept, not copied.</param>
    public RequestTrace(uint[] requests)
    {
        _requests = requests;
        KeyCount = (int)requests.Max() + 1;
        var seen = new BitArray(KeyCount);
        foreach (uint key in requests)
        {
            Objects += seen[(int)key] ? 0 : 1;
            seen[(int)key] = true;
        }
    }

    /// <summary>The keys in the order in which they are asked for.</summary>
    public ReadOnlySpan<uint> Requests => _requests;

    /// <summary>All keys are numbers below it.</summary>
    public int KeyCount { get; }

    /// <summary>Different keys.</summary>
    public int Objects { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">Most requests to read; the others are left out.</param>
    /// <exception cref="TraceException">There is no such file, or it is no trace.</exception>
    public static RequestTrace Read(string path, int limit)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length == 0)
                throw new TraceException($"{path}: the file is empty");
            if (file.Length % BytesEach != 0)
                throw new TraceException($"{path}: {file.Length} bytes are no whole number of 32-bit key numbers");
            long count = file.Length / BytesEach;
            uint[] requests = new uint[Math.Min(Math.Min(count, limit), Array.MaxLength)];
            file.ReadExactly(MemoryMarshal.AsBytes(requests.AsSpan()));
            Check(path, requests, count);
            return new RequestTrace(requests);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TraceException(Reason(path, e), e);
        }
    }

    /// <summary>A number as large as the file is long cannot be dense; memory is taken by the largest number.</summary>
    private static void Check(string path, uint[] requests, long count)
    {
        if (!BitConverter.IsLittleEndian)
            throw new TraceException($"{path}: traces are read on little-endian machines only");
        uint largest = requests.Max();
        if (largest >= Math.Min(count, int.MaxValue))
            throw new TraceException($"{path}: keys are not dense: number {largest} among {count} requests");
    }

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file",
        UnauthorizedAccessException => $"{path}: it may not be read, or is a folder",
        _ => $"{path}: {e.Message}",
    };
}
