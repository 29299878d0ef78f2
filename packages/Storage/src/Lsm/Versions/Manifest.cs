using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>The log of edits that says which files make up the database; CURRENT names the one in force.</summary>
internal sealed class Manifest : IDisposable
{
    private const int Window = 256 * 1024;
    private readonly ByteBuffer _buffer = new();
    private readonly LogWriter _log;

    private Manifest(LogWriter log, ManifestState state)
    {
        _log = log;
        State = state;
    }

    public ManifestState State { get; }

    public ulong Number => _log.Number;

    /// <summary>Bytes of edits so far.</summary>
    public long Size => _log.Written;

    /// <summary>The number of the manifest in force, or null if there is no CURRENT.</summary>
    public static ulong? ReadCurrent(IStorageFileSystem system, string directory)
    {
        var path = Path.Combine(directory, FileNames.Current);
        if (!system.FileExists(path))
            return null;
        using var file = system.Open(path, StorageFileMode.Read);
        var bytes = new byte[Math.Min(file.Length, 256)];
        var text = Encoding.ASCII.GetString(bytes, 0, file.Read(0, bytes));
        var parts = text.Split('\n');
        if (parts.Length != 3 || parts[2].Length != 0 || parts[1] != Check(parts[0])
            || FileNames.Parse(parts[0], out var number) != FileKind.Manifest)
        {
            throw new CorruptionException(path, 0, "expected the name of a manifest and its checksum");
        }

        return number;
    }

    /// <summary>Adds up a manifest's edits.</summary>
    public static ManifestState Load(IStorageFileSystem system, string directory, ulong number, long required, bool growing = false)
    {
        var path = FileNames.Manifest(directory, number);
        var state = new ManifestState();
        try
        {
            using var reader = new LogReader(system, path, LogKind.Manifest, number, required, growing: growing);
            while (true)
            {
                var offset = reader.Position;
                if (!reader.TryRead(out var payload))
                    break;
                state.Apply(VersionEdit.Decode(new ByteCursor(payload, path, offset)), path);
            }
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NotFound)
        {
            throw new CorruptionException(path, -1, "CURRENT names this manifest, but it is not there", e);
        }

        if (state.DatabaseId == 0)
            throw new CorruptionException(path, LogFormat.FileHeader, "expected an edit that names the database");
        return state;
    }

    /// <summary>Writes a new manifest that starts from <paramref name="state"/>, and puts it in force.</summary>
    public static Manifest Create(
        IStorageFileSystem system, string directory, ulong number, ManifestState state, ProgressFile progress)
    {
        var log = LogWriter.Create(system, FileNames.Manifest(directory, number), LogKind.Manifest, number, progress, Window);
        var manifest = new Manifest(log, state);
        try
        {
            manifest.Append(state.Snapshot());
            WriteCurrent(system, directory, number);
            return manifest;
        }
        catch
        {
            manifest.Dispose();
            throw;
        }
    }

    /// <summary>Makes room for an edit; a failure has no effect.</summary>
    public void Reserve(VersionEdit edit)
    {
        _buffer.Clear();
        edit.Encode(_buffer);
        _log.Reserve(_buffer.Length);
    }

    /// <summary>Makes an edit durable and part of the state.</summary>
    public void Commit(VersionEdit edit)
    {
        Append(edit);
        State.Apply(edit, _log.Path);
    }

    public void Trim() => _log.Trim();

    public void Forget() => _log.Forget();

    public void Dispose() => _log.Dispose();

    private static void WriteCurrent(IStorageFileSystem system, string directory, ulong number)
    {
        var path = Path.Combine(directory, FileNames.Current);
        var temporary = path + ".tmp";
        if (system.FileExists(temporary))
            system.Delete(temporary);
        using (var file = system.Open(temporary, StorageFileMode.CreateNew))
        {
            var name = FileNames.ManifestName(number);
            file.Write(0, Encoding.ASCII.GetBytes($"{name}\n{Check(name)}\n"));
            file.SyncData();
        }

        system.Rename(temporary, path);
        system.SyncDirectory(directory);
    }

    private static string Check(string name) =>
        XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(name)).ToString("x16", CultureInfo.InvariantCulture);

    private void Append(VersionEdit edit)
    {
        Reserve(edit);
        _log.Append(_buffer.Span);
        _log.Sync();
    }
}
