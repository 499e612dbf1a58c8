using System.Globalization;
using Larder.Client;
using Larder.Client.Routing;
using Larder.ClientBench;

// Larder.ClientBench HOST:PORT get|set VALUEBYTES CALLERS SECONDS [meta|text|binary]: one line of figures.
if (args.Length is < 5 or > 6)
{
    Console.Error.WriteLine("Larder.ClientBench HOST:PORT get|set VALUEBYTES CALLERS SECONDS [meta|text|binary]");
    return 64;
}

int valueBytes = int.Parse(args[2], CultureInfo.InvariantCulture);
int callers = int.Parse(args[3], CultureInfo.InvariantCulture);
TimeSpan time = TimeSpan.FromSeconds(double.Parse(args[4], CultureInfo.InvariantCulture));
CacheClientOptions options = new() { RequestTimeout = TimeSpan.FromSeconds(10) };
options.Servers.Add(ServerAddress.Parse(args[0]));
if (args.Length == 6) options.Protocol = Enum.Parse<ClientProtocol>(args[5], ignoreCase: true);
await using CacheClient client = new(options);
CallerCrowd crowd = new(client, args[1] == "set", valueBytes, callers);
await crowd.FillAsync();
_ = await crowd.RunAsync(time / 2); // until the runtime has optimised what is hot
Console.WriteLine(await crowd.RunAsync(time));
return 0;
