using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Larder.Extensions.Caching.Tests.Support;

/// <summary>The sample web application, in a process of its own on a free port.</summary>
internal sealed class ShopProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private ShopProcess(Process process, string address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = CacheFixture.Patience };
    }

    /// <summary>A browser, with its cookies.</summary>
    public HttpClient Client { get; }

    public static async Task<ShopProcess> StartAsync(int cachePort, CancellationToken token)
    {
        string server = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{cachePort}");
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                PathOfShop(),
                "--urls=http://127.0.0.1:0",
                $"--Larder:Servers:0={server}",
                "--Larder:RequestTimeout=00:01:00",
                "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
            },
        };
        Process process = Process.Start(start)!;
        try
        {
            string said = "";
            while (await process.StandardOutput.ReadLineAsync(token) is { } line)
            {
                said += line + "\n";
                int at = line.IndexOf(Listening, StringComparison.Ordinal);
                if (at < 0) continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new(process, line[(at + Listening.Length)..].Trim());
            }
            throw new InvalidOperationException($"the shop did not start:\n{said}");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string PathOfShop() => typeof(ShopProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "Shop").Value!;
}
