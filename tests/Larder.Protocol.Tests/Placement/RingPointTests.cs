using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Larder.Protocol.Placement;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: rings have the points of the programs. Method: the file that lists them.</summary>
public sealed class RingPointTests
{
    [Theory]
    [InlineData("libmemcached KETAMA default S3", PlacementKind.LibmemcachedKetama, "S3")]
    [InlineData("libmemcached KETAMA_WEIGHTED S3", PlacementKind.LibmemcachedKetamaWeighted, "S3")]
    [InlineData("libmemcached KETAMA_WEIGHTED S5w", PlacementKind.LibmemcachedKetamaWeighted, "S5w")]
    [InlineData("libketama/spymemcached S3 (port in name)", PlacementKind.Libketama, "S3")]
    [InlineData("libketama/spymemcached S3 (port in name)", PlacementKind.Spymemcached, "S3")]
    [InlineData("libmemcached SPY weighted S3", PlacementKind.LibmemcachedSpyWeighted, "S3")]
    [InlineData("evcache S3", PlacementKind.EvCache, "S3")]
    [InlineData("evcache S3", PlacementKind.ProxyEvCache, "S3")]
    [InlineData("libmemcached KETAMA_WEIGHTED S25", PlacementKind.LibmemcachedKetamaWeighted, "S25")]
    public void Points_of_a_ring_are_the_vectors(string name, PlacementKind kind, string servers)
    {
        JsonElement expected = VectorFile.Read("ring_points").Root.GetProperty("rings").EnumerateArray()
            .Single(ring => ring.GetProperty("ring").GetString() == name);
        VectorFile lists = VectorFile.Read("libmemcached");
        HashRing ring = Assert.IsType<HashRing>(
            KeyPlacement.Create(kind, VectorFile.Servers(lists.Case($"ketama_weighted_{servers}"))));
        RingPoint[] points = ring.Points.ToArray();

        Assert.Equal(expected.GetProperty("points").GetInt32(), points.Length);
        Assert.Equal(Points(expected.GetProperty("first")), points[..12]);
        Assert.Equal(Points(expected.GetProperty("last")), points[^4..]);
        Assert.Equal(expected.GetProperty("sha256_of_le_u32_pairs_point_index").GetString(), Digest(points));
        foreach (JsonProperty server in expected.GetProperty("points_per_server").EnumerateObject())
        {
            int count = points.Count(point => $"{point.Server}" == server.Name);
            Assert.Equal(server.Value.GetInt32(), count);
        }
    }

    [Fact]
    public void Rings_of_the_file_are_all_compared() =>
        Assert.Equal(7, VectorFile.Read("ring_points").Root.GetProperty("rings").GetArrayLength());

    private static RingPoint[] Points(JsonElement list) =>
        [.. list.EnumerateArray().Select(static pair => new RingPoint(pair[0].GetUInt32(), pair[1].GetInt32()))];

    private static string Digest(RingPoint[] points)
    {
        byte[] bytes = new byte[points.Length * 2 * sizeof(uint)];
        for (int i = 0; i < points.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8 * i), points[i].Position);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((8 * i) + 4), points[i].Server);
        }
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
