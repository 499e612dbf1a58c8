using System.Security.Cryptography;

namespace Larder.Objects.Tests.Support;

/// <summary>Digests as the side-channel writes them, computed another way than by the store.</summary>
internal static class Digests
{
#pragma warning disable CA5350, CA5351 // the protocol's digests; they guard against damage, not against forgers
    public static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    public static string Sha1(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));
#pragma warning restore CA5350, CA5351
}
