using System.Buffers.Binary;
using System.Text;
using Larder.Protocol.Scan;

namespace Larder.Client.ServerList;

/// <summary>
/// The bytes of a shared list, little-endian (docs/protocol/server-list.md). The list of a generation lies in slot
/// generation modulo 2; the writer fills the other slot, then counts the generation up.
/// </summary>
/// <remarks>
/// <code>
///  page     0 magic 8 | version u32 | slot length u32 | generation u64 | heartbeat u64 | period u32 | flags u32
///          40 writer's pid u64 | boot id 16 | epoch u64
///  slot     0 crc32 u32 of all that follows | its length u32 | generation u64 | count u32 | 0 u32 | entries
///  entry    0 length u16 | state u8 | host length u8 | name length u8 | 0 u8 | port u16 | weight u32 | latency us u32
///          16 since ms u64 | host | name | zeros up to a multiple of 8
/// </code>
/// </remarks>
internal static class ServerListFormat
{
    /// <summary>Length of the page in front of the slots, and what slots are a multiple of.</summary>
    public const int PageLength = 4096;

    /// <summary>The version that is written and read.</summary>
    public const uint Version = 1;

    /// <summary>Longest slot that a reader believes in: some ten thousand servers.</summary>
    public const int SlotLengthMax = 1 << 22;

    /// <summary>Longest host and name, in bytes.</summary>
    public const int TextLengthMax = byte.MaxValue;

    /// <summary>Periods of silence after which a monitor counts as dead.</summary>
    public const int PeriodsOfSilence = 3;

    /// <summary>Offset of the version.</summary>
    public const int VersionAt = 8;

    /// <summary>Offset of the slots' length.</summary>
    public const int SlotLengthAt = 12;

    /// <summary>Offset of the generation.</summary>
    public const int GenerationAt = 16;

    /// <summary>Offset of the heartbeat: milliseconds of the machine's monotonic clock.</summary>
    public const int HeartbeatAt = 24;

    /// <summary>Offset of the milliseconds between heartbeats.</summary>
    public const int PeriodAt = 32;

    /// <summary>Offset of the flags.</summary>
    public const int FlagsAt = 36;

    /// <summary>Offset of the writer's process id.</summary>
    public const int PidAt = 40;

    /// <summary>Offset of the id of the machine's current run: the heartbeat's clock begins with it.</summary>
    public const int BootIdAt = 48;

    /// <summary>Offset of the epoch.</summary>
    public const int EpochAt = 64;

    /// <summary>Flag: another file has taken this one's name.</summary>
    public const uint MovedFlag = 1;

    /// <summary>Flag: the monitor has stopped.</summary>
    public const uint StoppedFlag = 2;

    private const int SlotHeadLength = 24;
    private const int CoveredAt = 8; // what the checksum covers begins here
    private const int EntryHeadLength = 24;
    private const int EntryAlignment = 8;

    /// <summary>The first eight bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "LARDERSL"u8;

    /// <summary>The length of a slot that holds a list: whole pages, with room for as much again.</summary>
    /// <param name="servers">The list.</param>
    /// <returns>Bytes.</returns>
    public static int SlotLength(IReadOnlyList<ServerVerdict> servers)
    {
        long length = (SlotHeadLength + servers.Sum(static server => (long)EntryLength(server))) * 2;
        length = (length + PageLength - 1) / PageLength * PageLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SlotLengthMax, nameof(servers));
        return (int)length;
    }

    /// <summary>Writes a slot.</summary>
    /// <param name="slot">Receives it.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="servers">The list, checked.</param>
    /// <returns>The bytes used, or 0 if the slot is too short.</returns>
    public static int Encode(Span<byte> slot, ulong generation, IReadOnlyList<ServerVerdict> servers)
    {
        int at = SlotHeadLength;
        foreach (ServerVerdict server in servers)
        {
            int length = EntryLength(server);
            if (at + length > slot.Length)
                return 0;
            EncodeEntry(slot.Slice(at, length), server);
            at += length;
        }
        BinaryPrimitives.WriteInt32LittleEndian(slot[4..], at - CoveredAt);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], generation);
        BinaryPrimitives.WriteInt32LittleEndian(slot[16..], servers.Count);
        BinaryPrimitives.WriteInt32LittleEndian(slot[20..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(slot, Crc32.Compute(slot[CoveredAt..at]));
        return at;
    }

    /// <summary>Reads a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="generation">The generation that it must have.</param>
    /// <returns>The list, or null if the slot is of another generation, half written or damaged.</returns>
    public static ServerVerdict[]? Decode(ReadOnlySpan<byte> slot, ulong generation)
    {
        if (slot.Length < SlotHeadLength || BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]) != generation)
            return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]);
        if (length < SlotHeadLength - CoveredAt || length > slot.Length - CoveredAt)
            return null;
        ReadOnlySpan<byte> covered = slot.Slice(CoveredAt, (int)length);
        if (Crc32.Compute(covered) != BinaryPrimitives.ReadUInt32LittleEndian(slot))
            return null;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(slot[16..]);
        ReadOnlySpan<byte> entries = covered[(SlotHeadLength - CoveredAt)..];
        if (count > entries.Length / EntryHeadLength)
            return null;
        ServerVerdict[] servers = new ServerVerdict[count];
        for (int i = 0; i < servers.Length; i++)
        {
            if (DecodeEntry(ref entries) is not { } server)
                return null;
            servers[i] = server;
        }
        return servers;
    }

    /// <summary>Checks what would not fit its field.</summary>
    /// <param name="servers">The list.</param>
    /// <exception cref="ArgumentException">A host, name, port, weight or state that cannot be written.</exception>
    public static void Check(IReadOnlyList<ServerVerdict> servers)
    {
        foreach (ServerVerdict server in servers)
        {
            bool fits = server.Host.Length > 0 && Encoding.UTF8.GetByteCount(server.Host) <= TextLengthMax
                && Encoding.UTF8.GetByteCount(server.Name ?? "") <= TextLengthMax
                && server.Port is > 0 and <= ushort.MaxValue && server.Weight > 0 && Enum.IsDefined(server.State);
            if (!fits)
                throw new ArgumentException($"{server} does not fit a server list", nameof(servers));
        }
    }

    private static void EncodeEntry(Span<byte> entry, ServerVerdict server)
    {
        entry.Clear();
        int hostLength = Encoding.UTF8.GetBytes(server.Host, entry[EntryHeadLength..]);
        int nameLength = Encoding.UTF8.GetBytes(server.Name ?? "", entry[(EntryHeadLength + hostLength)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)entry.Length);
        entry[2] = (byte)server.State;
        entry[3] = (byte)hostLength;
        entry[4] = (byte)nameLength;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)server.Port);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], server.Weight);
        uint latencyUs = (uint)Math.Clamp(server.Latency.TotalMicroseconds, 0, uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], latencyUs);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], server.Since.ToUnixTimeMilliseconds());
    }

    private static ServerVerdict? DecodeEntry(ref ReadOnlySpan<byte> entries)
    {
        if (entries.Length < EntryHeadLength)
            return null;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(entries);
        int hostLength = entries[3];
        int nameLength = entries[4];
        if (length > entries.Length || EntryHeadLength + hostLength + nameLength > length)
            return null;
        ReadOnlySpan<byte> entry = entries[..length];
        ReadOnlySpan<byte> texts = entry[EntryHeadLength..];
        int weight = BinaryPrimitives.ReadInt32LittleEndian(entry[8..]);
        long sinceMs = BinaryPrimitives.ReadInt64LittleEndian(entry[16..]);
        if (hostLength == 0 || weight < 1 || entry[2] > (byte)ServerState.Draining || !IsDate(sinceMs))
            return null;
        entries = entries[length..];
        return new ServerVerdict(
            Encoding.UTF8.GetString(texts[..hostLength]),
            BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]),
            weight,
            (ServerState)entry[2])
        {
            Name = nameLength == 0 ? null : Encoding.UTF8.GetString(texts.Slice(hostLength, nameLength)),
            Since = DateTimeOffset.FromUnixTimeMilliseconds(sinceMs),
            Latency = TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt32LittleEndian(entry[12..])),
        };
    }

    private static bool IsDate(long ms) =>
        ms >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
        && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static int EntryLength(ServerVerdict server)
    {
        int length = EntryHeadLength + Encoding.UTF8.GetByteCount(server.Host)
            + Encoding.UTF8.GetByteCount(server.Name ?? "");
        return (length + EntryAlignment - 1) / EntryAlignment * EntryAlignment;
    }
}
