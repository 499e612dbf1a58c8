using System.Security.Cryptography;
using System.Text;

namespace Larder.Cache.Tests.Authentication;

/// <summary>The client's side of SCRAM, written after RFC 5802 section 3 and nothing of Larder's.</summary>
internal sealed class ScramClient(
    HashAlgorithmName hash, string user, string password, string nonce = "abc", string header = "n,,")
{
    private string Bare { get; } = $"n={Escape(user)},r={nonce}";

    public bool IsLong => hash == HashAlgorithmName.SHA512;

    /// <summary>What the server must answer in the end.</summary>
    public string Verifier { get; private set; } = "";

    public string First => header + Bare;

    private static string Escape(string name)
        => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    public string Answer(string challenge, string? binding = null)
    {
        Dictionary<char, string> parts = challenge.Split(',').ToDictionary(part => part[0], part => part[2..]);
        int length = IsLong ? 64 : 32;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            password, Convert.FromBase64String(parts['s']), int.Parse(parts['i']), hash, length);
        byte[] clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        byte[] serverKey = CryptographicOperations.HmacData(hash, salted, "Server Key"u8);
        binding ??= Convert.ToBase64String(Encoding.ASCII.GetBytes(header));
        string last = $"c={binding},r={parts['r']}";
        byte[] all = Encoding.UTF8.GetBytes($"{Bare},{challenge},{last}");
        byte[] stored = CryptographicOperations.HashData(hash, clientKey);
        byte[] proof = CryptographicOperations.HmacData(hash, stored, all);
        for (int i = 0; i < proof.Length; i++) proof[i] ^= clientKey[i];
        Verifier = $"v={Convert.ToBase64String(CryptographicOperations.HmacData(hash, serverKey, all))}";
        return $"{last},p={Convert.ToBase64String(proof)}";
    }
}
