using Larder.Protocol.Datagrams;

namespace Larder.Protocol.Tests.Datagrams;

/// <summary>The header of a datagram, as memcached reads and writes it.</summary>
public sealed class DatagramFrameTests
{
    [Fact]
    public void Header_written_is_big_endian_and_clears_the_reserved_bytes()
    {
        byte[] head = [9, 9, 9, 9, 9, 9, 9, 9];
        DatagramFrame.Write(head, 0x1234, 0x0102, 0xFFFF);
        Assert.Equal([0x12, 0x34, 1, 2, 0xFF, 0xFF, 0, 0], head);
    }

    [Fact]
    public void Request_of_one_datagram_tells_its_id_whatever_its_part_and_reserved_bytes_say()
    {
        Assert.True(DatagramFrame.TryRead([0xAB, 0xCD, 0, 0, 0, 1, 0, 0, (byte)'x'], out ushort id));
        Assert.Equal(0xABCD, id);
        Assert.True(DatagramFrame.TryRead([0, 1, 0, 5, 0, 1, 7, 7, 0], out id));
        Assert.Equal(1, id);
    }

    [Fact]
    public void Datagram_too_short_or_one_of_several_is_no_request()
    {
        byte[] whole = [0, 1, 0, 0, 0, 1, 0, 0, (byte)'x'];
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(DatagramFrame.TryRead(whole.AsSpan(0, length), out _));
        }
        Assert.False(DatagramFrame.TryRead([0, 1, 0, 0, 0, 0, 0, 0, 1], out _));
        Assert.False(DatagramFrame.TryRead([0, 1, 0, 0, 0, 2, 0, 0, 1], out _));
        Assert.False(DatagramFrame.TryRead([0, 1, 0, 0, 1, 1, 0, 0, 1], out _));
    }
}
