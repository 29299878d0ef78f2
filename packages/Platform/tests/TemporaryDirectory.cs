using System.Text;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Tests;

/// <summary>A directory of its own for one test, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal TemporaryDirectory()
    {
        Path = Directory.CreateTempSubdirectory("gabbro-").FullName;
        Handle = DirectoryHandle.Open(Path);
    }

    internal string Path { get; }

    internal DirectoryHandle Handle { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal FileHandle Create(string name, string contents = "")
    {
        FileHandle file = Handle.OpenFile(name, FileOpenOptions.CreateNew);
        file.WriteAllAt(Encoding.UTF8.GetBytes(contents), 0);
        return file;
    }

    public void Dispose()
    {
        Handle.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
