using System.Globalization;
using System.Net;
using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.RealClients;

/// <summary>
/// Aim: other people's SASL gets in with the right password and not with another. Method: pylibmc, whose Cyrus SASL
/// takes the strongest mechanism that it has a module for (SCRAM-SHA-512 of Debian's libsasl2-modules, else PLAIN).
/// </summary>
public sealed class SaslClientTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public void Pylibmc_session_needs_the_password(CacheDriver driver, CacheTrigger trigger) =>
        RunSession(driver, trigger, isPlainFile: false);

    [Fact]
    public void Pylibmc_session_needs_the_password_of_a_plain_file() =>
        RunSession(CacheDriver.FrontEnds, CacheTrigger.Edge, isPlainFile: true);

    private static void RunSession(CacheDriver driver, CacheTrigger trigger, bool isPlainFile)
    {
        Assert.SkipUnless(
            File.Exists(Python) && Run(["-c", "import pylibmc; assert pylibmc.support_sasl"]).ExitCode == 0,
            "not installed: apt-get install python3-pylibmc");
        string folder = Directory.CreateTempSubdirectory("larder-clients-").FullName;
        try
        {
            string path = Path.Combine(folder, "users");
            Write(path, isPlainFile);
            PasswordFile passwords = PasswordFile.Load(path);
            using LarderServer server = LarderServer.Start(
                driver, trigger, [], options => options.Passwords = passwords);
            string port = ((IPEndPoint)server.EndPoint).Port.ToString(CultureInfo.InvariantCulture);
            string script = Path.Combine(AppContext.BaseDirectory, "RealClients", "Scripts", "pylibmc_sasl_session.py");
            (int exitCode, string output) = Run([script, "127.0.0.1", port, "alice:in wonderland", "bob:b=,b"]);
            Assert.True(exitCode == 0, output);
            Assert.Equal("ok, 12 checks", output.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path, bool isPlain)
    {
        if (isPlain)
        {
            File.WriteAllText(path, "alice:in wonderland\nbob b=,b\n");
            return;
        }
        using var editor = PasswordEditor.Open(path);
        editor.Set("alice", "in wonderland", PasswordFile.IterationsMin);
        editor.Set("bob", "b=,b", PasswordFile.IterationsMin);
        editor.Save();
    }

    private static (int ExitCode, string Output) Run(IEnumerable<string> arguments) =>
        ChildProcess.Run(Python, arguments, Deadline.After(s_limit));
}
