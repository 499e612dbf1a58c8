using System.Text;
using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Authentication;

/// <summary>A folder of a test's own, for files of passwords; removed with it.</summary>
internal sealed class UserFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("larder-users-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllBytes(this[name], Encoding.Latin1.GetBytes(text));
        return this[name];
    }

    /// <summary>A file of users as <c>larder passwd</c> writes it.</summary>
    public string Hashed(params (string User, string Password)[] users)
    {
        using var editor = PasswordEditor.Open(this["users"]);
        foreach ((string user, string password) in users) editor.Set(user, password, PasswordFile.IterationsMin);
        editor.Save();
        return this["users"];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
