namespace Gabbro.Storage.FileSystem;

/// <summary>Turns what the system reports into a <see cref="StorageException"/> with operation, path and kind.</summary>
internal static class SystemErrors
{
    private const int DiskFullHResult = 28;

    public static TResult Run<TState, TResult>(string operation, string path, TState state, Func<TState, TResult> action)
    {
        try
        {
            return action(state);
        }
        catch (Exception e) when (e is (IOException and not StorageException) or UnauthorizedAccessException)
        {
            throw Translate(operation, path, e);
        }
    }

    public static StorageException Translate(string operation, string path, Exception e)
    {
        var kind = e switch
        {
            FileNotFoundException or DirectoryNotFoundException => StorageErrorKind.NotFound,
            UnauthorizedAccessException => StorageErrorKind.ReadOnly,
            IOException io when (io.HResult & 0xFFFF) == DiskFullHResult => StorageErrorKind.NoSpace,
            _ => StorageErrorKind.Io,
        };
        return new StorageException(kind, $"{operation} {path}: {e.Message}", path, e);
    }
}
