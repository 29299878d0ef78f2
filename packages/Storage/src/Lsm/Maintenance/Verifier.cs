using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Maintenance;

/// <summary>Checks all files of an open database against their checksums and each other.</summary>
internal sealed class Verifier(DatabaseCore core, CommitPipeline? commits)
{
    private readonly List<CorruptionException> _problems = [];
    private int _tables;
    private long _entries;
    private long _bytes;

    public VerifyReport Run()
    {
        foreach (var family in core.LiveFamilies)
        {
            var view = family.Acquire();
            try
            {
                foreach (var file in view.Version.AllFiles)
                    VerifyTable(file);
            }
            finally
            {
                view.Release();
            }
        }

        foreach (var log in commits?.Logs ?? [])
            VerifyLog(log);
        return new VerifyReport(_tables, _entries, _bytes, _problems);
    }

    private void VerifyTable(TableFile file)
    {
        try
        {
            // Opened afresh: blocks in the cache would hide damage in the file.
            using var reader = core.Tables.Open(file.Metadata);
            reader.Verify();
            _entries += (long)reader.Properties.Entries;
            _bytes += reader.FileSize;
        }
        catch (CorruptionException e)
        {
            _problems.Add(e);
        }

        _tables++;
    }

    private void VerifyLog(LogWriter log)
    {
        try
        {
            var required = log.Written;
            using var reader = new LogReader(core.System, log.Path, LogKind.Writes, log.Number, required);
            // Reading is checking: every record's checksum is compared, and an end before `required` throws.
            var more = true;
            while (more)
                more = reader.TryRead(out _);
            _bytes += reader.Position;
        }
        catch (CorruptionException e)
        {
            _problems.Add(e);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NotFound)
        {
            // A flush has retired the log meanwhile: its entries are in a table.
        }
    }
}
