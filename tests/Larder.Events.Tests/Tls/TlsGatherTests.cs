using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Tls;

/// <summary>
/// Aim: whatever the vectors and the records, the same bytes in the same order, and no needless copies.
/// </summary>
public sealed unsafe class TlsGatherTests
{
    [Fact]
    public void Vectors_of_any_length_come_out_in_order()
    {
        const int RecordBytes = 64;
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] bytes = new byte[1000];
        random.NextBytes(bytes);
        byte* buffer = stackalloc byte[RecordBytes];
        IoVector* vectors = stackalloc IoVector[bytes.Length];
        fixed (byte* all = bytes)
        {
            for (int round = 0; round < 500; round++)
            {
                int count = 0;
                for (int at = 0; at < bytes.Length;)
                {
                    int length = Math.Min(random.Next(1, round % 2 == 0 ? 20 : 200), bytes.Length - at);
                    vectors[count++] = new IoVector { Base = all + at, Length = (nuint)length };
                    at += length;
                }
                var gather = new TlsGather(vectors, count);
                var found = new List<byte>();
                while (!gather.IsEmpty)
                {
                    byte* record = gather.Next(buffer, RecordBytes, out int length);
                    Assert.InRange(length, 1, RecordBytes);
                    Assert.True(length == RecordBytes || found.Count + length == bytes.Length, "a record is not full");
                    int taken = random.Next(1, length + 1);
                    found.AddRange(new ReadOnlySpan<byte>(record, taken));
                    gather.Skip(taken);
                }
                Assert.Equal(bytes, found);
            }
        }
    }

    [Fact]
    public void Piece_that_fills_a_record_is_taken_from_where_it_lies()
    {
        byte* buffer = stackalloc byte[8];
        byte* value = stackalloc byte[20];
        IoVector* vectors = stackalloc IoVector[2];
        vectors[0] = new IoVector { Base = value, Length = 17 };
        vectors[1] = new IoVector { Base = value + 17, Length = 3 };
        var gather = new TlsGather(vectors, 2);
        Assert.True(gather.Next(buffer, 8, out int first) == value);
        gather.Skip(8);
        Assert.True(gather.Next(buffer, 8, out int second) == value + 8);
        gather.Skip(8);
        Assert.True(gather.Next(buffer, 8, out int third) == buffer);
        gather.Skip(4);
        Assert.Equal((8, 8, 4), (first, second, third));
        Assert.True(gather.IsEmpty);
    }
}
