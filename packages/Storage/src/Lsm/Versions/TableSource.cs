using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>Opens and deletes the table files of one database.</summary>
internal sealed class TableSource(
    IStorageFileSystem system, string directory, BlockCache cache, TableStatistics statistics, Action<string, StorageException> deleteFailed)
{
    public TableStatistics Statistics => statistics;

    public TableReader Open(TableMetadata metadata)
    {
        var path = FileNames.Table(directory, metadata.Number);
        IStorageFile file;
        try
        {
            file = system.Open(path, StorageFileMode.Read);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NotFound)
        {
            throw new CorruptionException(path, -1, "the manifest names this table, but it is not there", e);
        }

        try
        {
            return new TableReader(file, metadata, cache, statistics);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Deletes a table nothing names any more; what cannot be deleted now is deleted at the next open.</summary>
    public void Delete(ulong number)
    {
        var path = FileNames.Table(directory, number);
        try
        {
            system.Delete(path);
        }
        catch (StorageException e)
        {
            deleteFailed(path, e);
        }
    }
}
