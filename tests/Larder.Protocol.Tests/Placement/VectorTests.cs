using System.Globalization;
using System.Text.Json;
using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>
/// Aim: keys go where other programs put them. Method: every case of the files that were measured with them, key by
/// key.
/// </summary>
public sealed class VectorTests
{
    public static TheoryData<string, string> Cases => [.. Files.SelectMany(static file =>
        VectorFile.Read(file).CaseNames.Select(name => (file, name)))];

    private static string[] Files =>
    [
        "libmemcached", "twemproxy", "libketama", "spymemcached", "dalli", "enyim", "pymemcache", "mcrouter",
        "memcached_proxy", "twemproxy_utf8",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keys_of_a_vector_go_to_its_servers(string fileName, string name)
    {
        VectorFile file = VectorFile.Read(fileName);
        JsonElement found = file.Case(name);
        ServerEndpoint[] servers = found.TryGetProperty("servers", out _)
            ? VectorFile.Servers(found)
            : VectorFile.Servers(found.GetProperty("parameters").GetProperty("n").GetInt32());
        KeyPlacement placement = KeyPlacement.Create(Options(fileName, name), servers);

        Assert.Equal(
            VectorFile.Numbers(found.GetProperty("server_index")),
            file.Keys.Select(key => placement.Find(key)));
    }

    [Theory]
    [InlineData("gomemcache", PlacementKind.Gomemcache)]
    [InlineData("perl_php_python_classic", PlacementKind.Classic)]
    public void Keys_of_a_simple_scheme_go_to_its_servers(string scheme, PlacementKind kind)
    {
        VectorFile file = VectorFile.Read("modula_misc");
        foreach (int count in (int[])[2, 3, 4, 5])
        {
            KeyPlacement placement = KeyPlacement.Create(kind, VectorFile.Servers(count));
            Assert.Equal(
                VectorFile.Numbers(file.Case($"{scheme}_{count}").GetProperty("server_index")),
                file.Keys.Select(key => placement.Find(key)));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Second_choice_of_python_memcached_is_the_vectors(int count)
    {
        VectorFile file = VectorFile.Read("modula_misc");
        int[] second = VectorFile.Numbers(file.Case($"python_memcached_rehash1_{count}").GetProperty("server_index"));
        KeyPlacement placement = KeyPlacement.Create(PlacementKind.Classic, VectorFile.Servers(count));
        int compared = 0;
        for (int i = 0; i < second.Length; i++)
        {
            int first = placement.Find(file.Keys[i]);
            if (second[i] == first) continue; // the third choice decides, which the file does not know
            compared++;
            Assert.Equal(second[i], placement.FindNext(file.Keys[i], [1UL << first]));
        }

        Assert.InRange(compared, 10, second.Length);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(1024)]
    public void Keys_go_into_the_vectors_virtual_buckets(int count)
    {
        VectorFile file = VectorFile.Read("modula_misc");
        BucketMap map = BucketMap.Spread(VectorFile.Servers(3), count);

        Assert.Equal(
            VectorFile.Numbers(file.Case($"couchbase_vbucket_{count}").GetProperty("server_index")),
            file.Keys.Select(key => map.Find(key)));
    }

    [Fact]
    public void Simple_schemes_of_the_file_are_all_compared()
    {
        IEnumerable<string> schemes = VectorFile.Read("modula_misc").CaseNames
            .Select(static name => name[..name.LastIndexOf('_')]).Distinct(StringComparer.Ordinal);

        Assert.Equal(
            ["couchbase_vbucket", "gomemcache", "perl_php_python_classic", "python_memcached_rehash1"],
            schemes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Jump_hash_finds_the_vectors_buckets()
    {
        foreach (JsonElement found in VectorFile.Read("jump").Root.GetProperty("cases").EnumerateArray())
        {
            ulong key = ulong.Parse(found.GetProperty("key").GetString()!, CultureInfo.InvariantCulture);
            foreach (JsonProperty bucket in found.GetProperty("buckets").EnumerateObject())
            {
                int count = int.Parse(bucket.Name, CultureInfo.InvariantCulture);
                Assert.Equal(bucket.Value.GetInt32(), JumpHash.Find(key, count));
            }
        }
    }

    private static PlacementOptions Options(string file, string name)
    {
        string[] words = name.Split('_');
        return file switch
        {
            "libmemcached" => Libmemcached(name, name[..name.LastIndexOf('_')]),
            "twemproxy" or "twemproxy_utf8" => new PlacementOptions
            {
                Kind = words[0] == "ketama" ? PlacementKind.TwemproxyKetama : PlacementKind.TwemproxyModula,
                Hash = Hash(name[(words[0].Length + 1)..name.LastIndexOf('_')]),
                AcceptsNarrowHash = name == "ketama_crc32_3eq",
            },
            "libketama" => new PlacementOptions { Kind = PlacementKind.Libketama },
            "spymemcached" => new PlacementOptions
            {
                Kind = words[0] == "SPYMEMCACHED"
                    ? PlacementKind.Spymemcached
                    : PlacementKind.SpymemcachedLibmemcached,
            },
            "dalli" => new PlacementOptions { Kind = PlacementKind.Dalli },
            "enyim" => new PlacementOptions
            {
                Kind = words[0] == "default" ? PlacementKind.EnyimCore : PlacementKind.EnyimKetama,
            },
            "pymemcache" => new PlacementOptions { Kind = PlacementKind.Pymemcache },
            "mcrouter" => new PlacementOptions
            {
                Kind = words[0] == "ch3" ? PlacementKind.McrouterCh3 : PlacementKind.McrouterCrc32,
            },
            _ => Proxy(words[0], words[1]),
        };
    }

    private static PlacementOptions Libmemcached(string name, string setting) => setting switch
    {
        "modula_weights_ignored" => new() { Kind = PlacementKind.LibmemcachedModula },
        "consistent_default" or "ketama_then_weights" => new() { Kind = PlacementKind.LibmemcachedKetama },
        "weighted_then_ketama" => new() { Kind = PlacementKind.LibmemcachedKetama, Hash = KeyHash.Md5 },
        "ketama_weighted" => new() { Kind = PlacementKind.LibmemcachedKetamaWeighted },
        "spy_default" => new() { Kind = PlacementKind.LibmemcachedSpy },
        "spy_weighted" => new() { Kind = PlacementKind.LibmemcachedSpyWeighted },
        _ when setting.StartsWith("modula_", StringComparison.Ordinal) =>
            new() { Kind = PlacementKind.LibmemcachedModula, Hash = Hash(setting["modula_".Length..]) },
        _ when setting.StartsWith("ketama_", StringComparison.Ordinal) =>
            new() { Kind = PlacementKind.LibmemcachedKetama, Hash = Hash(setting["ketama_".Length..]) },
        _ => throw new ArgumentException($"what is {name}?", nameof(name)),
    };

    private static PlacementOptions Proxy(string mode, string hash) => new()
    {
        Kind = mode switch
        {
            "jump" => PlacementKind.ProxyJump,
            "default" => PlacementKind.ProxyRing,
            "ketama" => PlacementKind.ProxyKetama,
            "twemproxy" => PlacementKind.ProxyTwemproxy,
            "evcache" => PlacementKind.ProxyEvCache,
            _ => throw new ArgumentException($"what is {mode}?", nameof(mode)),
        },
        Hash = hash == "md5" ? KeyHash.Md5 : null,
    };

    private static KeyHash Hash(string name) => name switch
    {
        "default" or "one_at_a_time" => KeyHash.OneAtATime,
        "md5" => KeyHash.Md5,
        "crc" or "crc32" => KeyHash.Crc15,
        "crc32a" => KeyHash.Crc32,
        "crc16" => KeyHash.Crc16,
        "fnv1_64" => KeyHash.Fnv64,
        "fnv1a_64" => KeyHash.Fnv64A,
        "fnv1_32" => KeyHash.Fnv32,
        "fnv1a_32" => KeyHash.Fnv32A,
        "hsieh" => KeyHash.Hsieh,
        "murmur" => KeyHash.Murmur2,
        "jenkins" => KeyHash.Jenkins,
        _ => throw new ArgumentException($"what is {name}?", nameof(name)),
    };
}
