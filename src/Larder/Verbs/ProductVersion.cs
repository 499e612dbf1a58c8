namespace Larder.Verbs;

/// <summary>What this build is called.</summary>
internal static class ProductVersion
{
    /// <summary>Major, minor and patch, from Directory.Build.props.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
