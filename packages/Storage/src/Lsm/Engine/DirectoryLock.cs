using System.Text;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Keeps a directory to one writer. The lock goes with the process; the file's text is only for people.</summary>
internal sealed class DirectoryLock : IDisposable
{
    // Far behind the text, so that the lock does not keep others from reading who holds it.
    private const long LockOffset = 1L << 40;
    private readonly IStorageFile _file;

    private DirectoryLock(IStorageFile file) => _file = file;

    /// <summary>Takes the lock, or throws naming the holder. Null on media where there is no lock file to take.</summary>
    public static DirectoryLock? Take(IStorageFileSystem system, string directory, bool exclusive)
    {
        var path = Path.Combine(directory, FileNames.LockFile);
        if (!exclusive && !system.FileExists(path))
            return null;
        var file = system.Open(path, exclusive ? StorageFileMode.OpenOrCreate : StorageFileMode.Read);
        try
        {
            if (!file.TryLock(LockOffset, 1, exclusive))
            {
                throw new StorageException(
                    StorageErrorKind.Busy, $"open {directory}: the database is open already, by {ReadHolder(file)}", directory);
            }

            if (exclusive)
                WriteHolder(file);
            return new DirectoryLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static void WriteHolder(IStorageFile file)
    {
        var text = Encoding.UTF8.GetBytes($"process {Environment.ProcessId} on {Environment.MachineName}\n");
        file.SetLength(0);
        file.Write(0, text);
    }

    private static string ReadHolder(IStorageFile file)
    {
        var bytes = new byte[256];
        var text = Encoding.UTF8.GetString(bytes, 0, file.Read(0, bytes)).Trim();
        return text.Length > 0 ? text : "a process that has not said its name yet";
    }
}
