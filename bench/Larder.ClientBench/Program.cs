using System.Globalization;
using Larder.Client;
using Larder.Client.Routing;
using Larder.ClientBench;

// Larder.ClientBench load HOST:PORT: reads "get|set VALUEBYTES CALLERS SECONDS" line by line, writes a row for each.
// Larder.ClientBench failure kill|STOP PID HOST:PORT...: sends the signal to the last server's process under load.
// Larder.ClientBench report FILE: makes tables of rows.
switch (args)
{
    case ["load", { } server]:
        await using (CacheClient client = ClientOf([server], TimeSpan.FromSeconds(10)))
        {
            string filled = "";
            while (Console.ReadLine() is { } line)
            {
                string[] words = line.Split(' ');
                CallerCrowd crowd = new(client, words[0] == "set", Number(words[1]), Number(words[2]));
                if (words[1] != filled) await crowd.FillAsync();
                filled = words[1];
                Console.WriteLine(crowd.Run(TimeSpan.FromSeconds(
                    double.Parse(words[3], CultureInfo.InvariantCulture))));
            }
        }
        return 0;
    case ["failure", { } signal, { } process, .. { Length: > 1 } servers]:
        await using (CacheClient client = ClientOf(servers, new CacheClientOptions().RequestTimeout))
            Console.WriteLine(await new FailureDrill(client, servers[^1], signal, process).RunAsync());
        return 0;
    case ["report", { } file]:
        foreach (string line in BenchReport.Of(File.ReadAllLines(file))) Console.WriteLine(line);
        return 0;
    default:
        Console.Error.WriteLine("Larder.ClientBench load SERVER | failure SIGNAL PID SERVER... | report FILE");
        return 64;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static CacheClient ClientOf(string[] servers, TimeSpan timeout)
{
    CacheClientOptions options = new() { RequestTimeout = timeout };
    foreach (string server in servers) options.Servers.Add(ServerAddress.Parse(server));
    return new CacheClient(options);
}
