using Larder.Client.ServerList;
using Xunit;

namespace Larder.Client.Tests.ServerList;

/// <summary>Aim: a damaged slot is no list, and nothing worse. Method: bytes are changed, or cut off.</summary>
public sealed class ServerListDamageTests
{
    private const int CoveredAt = 8;

    private readonly byte[] _slot = new byte[4096];
    private readonly int _length;

    public ServerListDamageTests() => _length = ServerListFormat.Encode(_slot, 7, ServerListCorpus.Mixed);

    [Fact]
    public void Slot_that_was_encoded_is_decoded() =>
        Assert.Equal(ServerListCorpus.Mixed, ServerListFormat.Decode(_slot, 7)!);

    [Fact]
    public void Slot_of_another_generation_is_no_list() => Assert.Null(ServerListFormat.Decode(_slot, 8));

    [Fact]
    public void Slot_with_any_byte_changed_is_no_list()
    {
        for (int i = 0; i < _length; i++)
        {
            byte[] damaged = [.. _slot];
            damaged[i] ^= 0x40;
            Assert.Null(ServerListFormat.Decode(damaged, 7));
        }
    }

    [Fact]
    public void Slot_that_is_cut_anywhere_is_no_list()
    {
        for (int length = 0; length < _length; length++)
            Assert.Null(ServerListFormat.Decode(_slot.AsSpan(0, length), 7));
    }

    [Fact]
    public void List_that_does_not_fit_a_slot_is_not_encoded() =>
        Assert.Equal(0, ServerListFormat.Encode(new byte[_length - 1], 7, ServerListCorpus.Mixed));

    [Fact]
    public void List_of_a_million_servers_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            static () => ServerListFormat.SlotLength(ServerListCorpus.Numbered(1, 1_000_000)));

    /// <summary>A writer with a fault of its own: checksums fit, contents do not.</summary>
    [Fact]
    public void Slot_with_nonsense_under_a_good_checksum_never_throws()
    {
        const int seed = 11;
        Random random = new(seed);
        int lists = 0;
        for (int run = 0; run < 20_000; run++)
        {
            byte[] damaged = _slot[.._length];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(16, _length)] = (byte)random.Next(256);
            BitConverter.TryWriteBytes(damaged, Larder.Protocol.Scan.Crc32.Compute(damaged.AsSpan(CoveredAt)));
            if (ServerListFormat.Decode(damaged, 7) is not { } servers) continue;
            lists++;
            Assert.All(servers, static server => Assert.True(server.Weight > 0 && server.Host.Length > 0));
        }

        Assert.InRange(lists, 1, 19_999);
    }
}
