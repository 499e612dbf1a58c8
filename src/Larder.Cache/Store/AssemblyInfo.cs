using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Larder.Cache.Tests")]
[assembly: InternalsVisibleTo("Larder.Conformance")] // the counters of a server that was stopped
