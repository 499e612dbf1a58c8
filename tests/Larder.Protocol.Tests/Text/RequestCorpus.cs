namespace Larder.Protocol.Tests.Text;

/// <summary>
/// Request lines of every command, good and bad, with the spellings that real clients and odd ones use.
/// </summary>
internal static class RequestCorpus
{
    public static readonly string[] Classic =
    [
        "get a\r\n", "get key:0123456789abcdef0123456789ab\r\n", "get a b c\r\n", "get  a   b \r\n", "gets a\r\n",
        "gets a b\r\n", "gat 10 a\r\n", "gats -1 a b\r\n", "gat 5\t a\n", "get a\n", " get a\r\n", "get a\tb\r\n",
        "set a 0 0 1\r\n", "set a 5 100 10 noreply\r\n", "set key 4294967297 2592001 1048576\r\n", "set a 0 -1 3\n",
        "set a 0 2147483648 1\r\n", "add a 1 2 3\r\n", "replace a 1 2 3\r\n", "append a 1 2 3 noreply\r\n",
        "prepend a 1 2 3\r\n", "cas a 1 2 3 18446744073709551615\r\n", "cas a 1 2 3 4 noreply\r\n",
        "set a +1 +2 +3\r\n",
        "set a 0 5\tz 1\r\n", "delete a\r\n", "delete a noreply\r\n", "delete a 0 noreply\r\n", "incr a 1\r\n",
        "decr a 18446744073709551615\r\n", "incr a +1 noreply\r\n", "touch a 0\r\n", "touch a -1 noreply\r\n",
        "flush_all\r\n", "flush_all 10\r\n", "flush_all noreply\r\n", "flush_all 10 noreply\r\n", "version\r\n",
        "verbosity 1\r\n", "verbosity 2 noreply\r\n", "quit\r\n", "stats\r\n", "stats items\r\n", "stats detail on\r\n",
        "cache_memlimit 64\r\n", "shutdown graceful\r\n", "slabs reassign 1 2\r\n", "lru tune 10 25 0.1 2.0\r\n",
        "lru_crawler metadump all\r\n", "watch fetchers mutations\r\n", "refresh_certs\r\n",
        "extstore item_size 512\r\n",
        "larder_delete_prefix user:\r\n", "larder_delete_prefix a noreply\r\n", "larder_delete_prefix\r\n",
        "debugtime 5\r\n", "mn\r\n", "mg a v\r\n", "ms a 1\r\n", "md a q\r\n", "ma a N0 J13 v\r\n", "me a\r\n",
        "set a q 0 1 noreply\r\n", "set a 0 0 -1 noreply\r\n", "incr a zz noreply\r\n", "cas a 0 0 1 x\r\n",
        "GET a\r\n",
        "bogus\r\n", "GET / HTTP/1.1\r\n", "bogus HTTP/1.0 x\r\n", "\r\n", "mn\n", "a\r\n", "     \r\n", "get\r\n",
        "set a\r\n",
        "gat x a\r\n", "touch a x\r\n", "set \u0001\u007f\u0080 0 0 1\r\n", "get a\r\r\n", "slabs\r\n", "verbosity\r\n",
    ];

    public static readonly string[] Meta =
    [
        "mg a\r\n", "mg a v\r\n", "mg a v t f c k s O123 q\r\n", "mg Zm9v b k v\r\n", "mg a h l t u\r\n",
        "mg a N30 R10 T60 E7 v\r\n",
        "mg a C5\r\n", "mg a P1 Lx v\n", "  mg   a   v  \r\n", "ms a 1\r\n", "ms a 10 T60 F5 c k O1 s q I\r\n",
        "ms a 0 MS\r\n",
        "ms a 2 ME\r\n", "ms a 2 MA N60\r\n", "ms a 2 MP\r\n", "ms a 2 MR C18446744073709551615 E9\r\n",
        "ms Zm9v 3 b\r\n",
        "md a\r\n", "md a q I T30 x C7\r\n", "md Zg== b k O9\r\n", "ma a\r\n", "ma a N0 J13 D5 v t c k O1\r\n",
        "ma a MI\r\n",
        "ma a M+ D2\r\n", "ma a MD\r\n", "ma a M- q\r\n", "me a\r\n", "me YQ== b\r\n", "me a b v zz\r\n",
        "ms a +1\r\n", "ms a 1\tz\r\n",
        "mg a T-1\r\n", "mg a kfoo vbar\r\n", "mg a O\r\n", "mg a y\r\n", "mg a v v\r\n", "mg a Tx\r\n",
        "mg a Fx\r\n", "mg a Jx\r\n",
        "mg a Dx\r\n", "mg a MSS\r\n", "ms a x\r\n", "ms a -1\r\n", "ms a\r\n", "ms a 1 MZ\r\n", "ma a MZ\r\n",
        "ma a Jx\r\n",
        "mg Z! b\r\n", "mg\r\n", "ms a 3 F4294967296\r\n", "mg a O0123456789012345678901234567890\r\n",
        "mg a O01234567890123456789012345678901\r\n", "mg a 1 2 3 4 5 6 7 8 9 0 b c d e f g h i j k\r\n",
        "mg a b c f h k l q s t u v x C1 D1 E1 F1\r\n", "mg a b c f h k l q s t u v x C1 D1 E1 F1 I\r\n",
        "mg a b c f h k l q s t u v x C1 D1 E1 F1 I J1\r\n", "mg a b c f h k l q s t u v x C1 D1 E1 F1 I J1 L\r\n",
    ];
}
