using BenchmarkDotNet.Running;
using Larder.Bench;
using Larder.Bench.Store;

if (args is ["stalls", .. string[] rest]) StallRun.Run(rest);
else BenchmarkSwitcher.FromAssembly(typeof(BenchConfig).Assembly).Run(args, new BenchConfig());
