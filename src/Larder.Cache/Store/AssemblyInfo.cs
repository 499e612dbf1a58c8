using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Larder.Cache.Tests")]
[assembly: InternalsVisibleTo("Larder.Fuzz")] // its readers
[assembly: InternalsVisibleTo("Larder.Conformance")] // the counters of a server that was stopped
[assembly: InternalsVisibleTo("Larder.Bench")] // memory that is never touched
