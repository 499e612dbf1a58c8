namespace Larder.Protocol.Tests.Mogile;

/// <summary>Lines of the side-channel as Latin-1 text.</summary>
internal static class SideCorpus
{
    public static string[] Lines { get; } =
    [
        "size /dev1/0/000/000/0000000001.fid\r\n", "size /dev1\n", "size //dev1//x\r\n", "MD5 /dev1/x\r\n",
        "MD5 /dev1/x fsck\r\n", "SHA-1 /dev1/x create_close \n", "watch\n", "watch \r\n", "shutdown\r\n",
        "shutdown graceful\r\n", "server aio_threads = 25\r\n", "SERVER AIO_threads=100\n", "server aio_threads=0\n",
        "server aio_threads = 101\n", "server aio_threads =\n", "server x\n", "server\n", "\r\n", "\n",
        "  \r\n", "\t\n",
        "size\r\n", "size /a_b\r\n", "size /../x\r\n", "size /" + new string('a', 37) + "\r\n", "size /a b\r\n",
        "MD5 /a b-c\r\n", "MD5 /a b c\r\n", "md5 /a\r\n", "SHA-256 /a\r\n", "WATCH\r\n", "watch x\r\n", "size a\r\n",
        "shutdown now\r\n", "\x01\r\n", "a\x7f b\r\n", "version\r\n",
        "larder scrub pause\r\n", "larder scrub resume dev1\n", "larder scrub status \n",
        "larder scrub report dev7\r\n",
        "larder  scrub status dev16777215\n", "larder scrub report\n", "larder scrub\n", "larder scrub stop dev1\n",
        "size http://a/b\r\n", "size /%41\n",
    ];
}
