using System.Diagnostics;

namespace Larder.Client.Tests.RealPeers;

/// <summary>
/// Cyrus SASL's configuration and database of passwords for Debian's memcached -S. Perl writes the database, which is
/// one of Berkeley DB, since the program that does belongs to a package with a daemon.
/// </summary>
internal sealed class SaslDatabase : IDisposable
{
    private const string Perl = "/usr/bin/perl";

    private const string Program =
        """
        use DB_File;
        use Fcntl;
        my ($file, $user, $realm, $password) = @ARGV;
        tie my %db, 'DB_File', $file, O_CREAT | O_RDWR, 0600, $DB_HASH or die "$file: $!";
        $db{"$user\0$realm\0userPassword"} = $password;
        untie %db;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-sasl-").FullName;

    public SaslDatabase(string user, string realm, string password)
    {
        string database = Path.Combine(_folder, "database");
        Assert.Equal(0, Run("-e", Program, database, user, realm, password));
        File.WriteAllLines(
            Path.Combine(_folder, "memcached.conf"),
            ["mech_list: plain", "pwcheck_method: auxprop", "auxprop_plugin: sasldb", $"sasldb_path: {database}"]);
    }

    /// <summary>Why it cannot be made on this machine, or null.</summary>
    public static string? MissingBecause { get; } =
        !File.Exists(Perl) || Run("-MDB_File", "-e", "1") != 0 ? "perl is not installed with DB_File"
        : !Array.Exists(
            Directory.GetDirectories("/usr/lib"), static folder => File.Exists($"{folder}/sasl2/libsasldb.so"))
            ? "not installed: apt-get install libsasl2-modules-db"
            : Support.Memcached.MissingBecause;

    /// <summary>The variable that names it to memcached.</summary>
    public KeyValuePair<string, string> Variable => new("SASL_CONF_PATH", _folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Run(params string[] arguments)
    {
        ProcessStartInfo start = new(Perl, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return errors.Length == 0 ? process.ExitCode : -1;
    }
}
