using Larder.Client.Routing;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching.Hosting;

/// <summary>Says at start what is wrong with a client's settings, and where.</summary>
internal sealed class SettingsValidator : IValidateOptions<LarderClientSettings>
{
    public ValidateOptionsResult Validate(string? name, LarderClientSettings options)
    {
        string client = string.IsNullOrEmpty(name) ? "The Larder client" : $"The Larder client \"{name}\"";
        List<string> failures = [];
        int servers = 0;
        foreach (string server in options.ServerNames())
        {
            servers++;
            try
            {
                _ = ServerAddress.Parse(server);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                failures.Add($"{client}: {exception.Message}");
            }
        }
        if (servers == 0) failures.Add($"{client} has no servers: set Servers or ConnectionString");
        if (options.RequestTimeout <= TimeSpan.Zero) failures.Add($"{client}: RequestTimeout must be above 0");
        if (options.ConnectTimeout <= TimeSpan.Zero) failures.Add($"{client}: ConnectTimeout must be above 0");
        if (options.User is null != options.Password is null)
            failures.Add($"{client}: User and Password need each other");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
