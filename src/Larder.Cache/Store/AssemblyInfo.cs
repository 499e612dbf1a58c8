using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Larder.Cache.Tests")]
