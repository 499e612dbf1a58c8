namespace Larder.Protocol.Placement.Hashing;

/// <summary>
/// How a key becomes 32 bits. Names in brackets are those of libmemcached and twemproxy where they differ. Those up to
/// <see cref="Murmur3"/> are libhashkit's, where <c>char</c> is signed: one-at-a-time and FNV make other numbers of
/// bytes from 0x80 on than the textbooks.
/// </summary>
public enum KeyHash
{
    /// <summary>Jenkins' one-at-a-time (libmemcached: default).</summary>
    OneAtATime,

    /// <summary>The first four bytes of MD5, little-endian.</summary>
    Md5,

    /// <summary>Fifteen bits from the middle of CRC-32 (libmemcached: crc; twemproxy: crc32).</summary>
    Crc15,

    /// <summary>The low half of 64-bit FNV-1 (fnv1_64).</summary>
    Fnv64,

    /// <summary>FNV-1a with the low halves of the 64-bit constants (fnv1a_64).</summary>
    Fnv64A,

    /// <summary>FNV-1 (fnv1_32).</summary>
    Fnv32,

    /// <summary>FNV-1a (fnv1a_32).</summary>
    Fnv32A,

    /// <summary>Hsieh's SuperFastHash. Debian's libmemcached has it not, twemproxy has.</summary>
    Hsieh,

    /// <summary>MurmurHash2, seeded by the length (murmur).</summary>
    Murmur2,

    /// <summary>Jenkins' lookup3 (jenkins).</summary>
    Jenkins,

    /// <summary>MurmurHash3 of 32 bits, seeded by the length (murmur3).</summary>
    Murmur3,

    /// <summary>The whole CRC-32 of zlib (twemproxy: crc32a).</summary>
    Crc32,

    /// <summary>The lower 31 bits of it (mcrouter: Crc32).</summary>
    Crc31,

    /// <summary>The CRC of XMODEM in a register that is never cut to 16 bits (twemproxy: crc16).</summary>
    Crc16,

    /// <summary>FNV-1a of unsigned bytes, as the textbooks have it (Enyim).</summary>
    StandardFnv32A,

    /// <summary>The low half of XXH3 with 64 bits and seed 0 (memcached's proxy).</summary>
    XxHash3,
}
