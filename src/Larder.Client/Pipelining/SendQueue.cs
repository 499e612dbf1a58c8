using System.Buffers;
using System.Diagnostics;

namespace Larder.Client.Pipelining;

/// <summary>
/// Bytes to send, in pieces from the shared pool. Two of them take turns at a connection: one is filled under its
/// lock, the other one sent by its flusher.
/// </summary>
internal sealed class SendQueue
{
    /// <summary>
    /// One write of 64 KiB costs little more than its copy; from 85,000 bytes on arrays are collected with the oldest.
    /// </summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>
    /// Pieces of all connections of the process, up to 16 MiB: the shared pool keeps too few of this length, so that
    /// 1,000 callers with 10 KiB each allocated 7 KiB an operation.
    /// </summary>
    private static readonly ArrayPool<byte> s_pool = ArrayPool<byte>.Create(PieceBytes, 256);

    private readonly List<ArraySegment<byte>> _pieces = []; // arrays with the bytes that are used of them

    /// <summary>Bytes in all pieces.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => Bytes == 0;

    public IReadOnlyList<ArraySegment<byte>> Pieces => _pieces;

    /// <summary>Room for so many bytes behind the last.</summary>
    public Span<byte> Reserve(int bytesMax)
    {
        if (_pieces.Count > 0)
        {
            ArraySegment<byte> last = _pieces[^1];
            Span<byte> rest = last.Array.AsSpan(last.Count);
            if (rest.Length >= bytesMax) return rest;
        }
        byte[] array = bytesMax > PieceBytes ? ArrayPool<byte>.Shared.Rent(bytesMax) : s_pool.Rent(PieceBytes);
        _pieces.Add(new ArraySegment<byte>(array, 0, 0));
        return array;
    }

    /// <summary>Keeps what was written into the room.</summary>
    public void Commit(int bytes)
    {
        ArraySegment<byte> last = _pieces[^1];
        Debug.Assert(last.Count + bytes <= last.Array!.Length, "more than was reserved");
        _pieces[^1] = new ArraySegment<byte>(last.Array!, 0, last.Count + bytes);
        Bytes += bytes;
    }

    /// <summary>Forgets all; the first piece stays for the next turn.</summary>
    public void Clear()
    {
        Bytes = 0;
        if (_pieces.Count == 0) return;
        for (int i = _pieces.Count - 1; i > 0; i--)
        {
            Return(_pieces[i].Array!);
            _pieces.RemoveAt(i);
        }
        byte[] first = _pieces[0].Array!;
        if (first.Length <= PieceBytes)
        {
            _pieces[0] = new ArraySegment<byte>(first, 0, 0);
            return;
        }
        Return(first);
        _pieces.Clear();
    }

    private static void Return(byte[] array)
    {
        if (array.Length > PieceBytes) ArrayPool<byte>.Shared.Return(array);
        else s_pool.Return(array);
    }
}
