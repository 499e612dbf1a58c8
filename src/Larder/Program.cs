using Larder.Verbs;

namespace Larder;

/// <summary>The executable: one verb a product. Which ones there are stands in <see cref="VerbTable"/>.</summary>
internal static class Program
{
    private static int Main(string[] args) => VerbTable.Run(CalledName.Read(), args);
}
