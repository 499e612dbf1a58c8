namespace Larder.Protocol.Tests.Text;

/// <summary>Replies of every kind, good and bad.</summary>
internal static class ReplyCorpus
{
    public static readonly string[] Classic =
    [
        "END\r\n", "STORED\r\n", "NOT_STORED\r\n", "EXISTS\r\n", "NOT_FOUND\r\n", "DELETED\r\n", "TOUCHED\r\n",
        "OK\r\n",
        "RESET\r\n", "ERROR\r\n", "ERROR no\r\n", "CLIENT_ERROR bad data chunk\r\n", "SERVER_ERROR out of memory\r\n",
        "SERVER_ERROR: shutdown not enabled\r\n", "VERSION 1.6.45\r\n", "STAT pid 123\r\n", "STAT empty \r\n",
        "STAT name\r\n",
        "STAT version a b c\r\n", "5\r\n", "18446744073709551615\r\n", "18446744073709551616\r\n", "5x\r\n", "END\n",
        "VALUE a 0 3\r\nabc\r\n", "VALUE a 5 0\r\n\r\n", "VALUE a 4294967295 1 18446744073709551615\r\nx\r\n",
        "VALUE key 0 5\r\n\r\nEND\r\n", "VALUE a 0 3\nabc\r\n", "BUSY currently processing reassign request\r\n",
        "MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m\r\n", "ENDLESS\r\n", "STOREDX\r\n", "VALUES\r\n",
    ];

    public static readonly string[] Meta =
    [
        "HD\r\n", "EN\r\n", "NF\r\n", "NS\r\n", "EX\r\n", "MN\r\n", "HD c5 kfoo O1 W\r\n", "EN ka O1\r\n",
        "NF kfoo O7\r\n",
        "VA 3\r\nabc\r\n", "VA 0 t-1\r\n\r\n", "VA 5 f0 s5 kZm9v b Z X\r\n\r\nEN\r\r\n", "VA 1\nx\r\n",
        "VA +1 c1\r\nx\r\n", "HD \r\n",
        "ME a exp=-1 la=0 cas=1 fetch=no cls=1 size=61\r\n", "ERROR\r\n", "ERROR x\r\n",
        "CLIENT_ERROR invalid flag\r\n",
        "SERVER_ERROR out of memory storing object\r\n",
    ];
}
