using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// The file of -P. It is written when the server listens, and removed when the process ends, if it still tells of this
/// process. While a new version takes over it stands aside under the name that such files have (nginx, unicorn):
/// <c>.oldbin</c>.
/// </summary>
internal sealed class PidFile
{
    private const string AsideSuffix = ".oldbin";
    private const string TemporarySuffix = ".tmp"; // memcached's

    private readonly string _path; // whole: a daemon leaves the folder that it was started in
    private readonly ILogger _logger;
    private readonly string _text = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n");
    private bool _isAside;

    private PidFile(string path, ILogger logger)
    {
        _path = Path.GetFullPath(path);
        _logger = logger;
    }

    /// <summary>
    /// Writes it over whatever stands there; one that tells of a process that runs draws a warning, as in memcached.
    /// </summary>
    public static PidFile Write(string path, ILogger logger)
    {
        var file = new PidFile(path, logger);
        if (OwnerOf(path) is { } other)
            HostLog.PidFileInUse(logger, other);

        if (AnnouncementFile.Write(file._path, TemporarySuffix, file._text) is { } reason)
            HostLog.FileNotWritten(logger, "pid", path, reason);
        return file;
    }

    /// <summary>The other process that a file tells of, if it runs; null: whoever wants the file may have it.</summary>
    public static int? OwnerOf(string path) =>
        Read(path) is { } other && other != Environment.ProcessId && Directory.Exists($"/proc/{other}") ? other : null;

    /// <summary>Makes room for the file of a new version.</summary>
    public void MoveAside() => _isAside = Move(_path, _path + AsideSuffix);

    /// <summary>The new version did not start: all is as it was.</summary>
    public void MoveBack()
    {
        if (_isAside) _isAside = !Move(_path + AsideSuffix, _path);
    }

    /// <summary>Removes the file of this process, wherever it stands, and no other's.</summary>
    public void Remove()
    {
        string path = _isAside ? _path + AsideSuffix : _path;
        if (Read(path) != Environment.ProcessId) return;
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            HostLog.FileNotWritten(_logger, "pid", path, exception.Message);
        }
    }

    private bool Move(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            HostLog.FileNotWritten(_logger, "pid", to, exception.Message);
            return false;
        }
    }

    private static int? Read(string path)
    {
        try
        {
            string text = File.ReadAllText(path).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // not there, or not ours to read: then it tells of nobody
        }
    }
}
