using Gabbro.Platform;

namespace Gabbro.Storage.FileSystem;

/// <summary>Turns what the system reports into a <see cref="StorageException"/> with operation, path and kind.</summary>
internal static class SystemErrors
{
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
            PlatformException platform => KindOf(platform.Kind),
            FileNotFoundException or DirectoryNotFoundException => StorageErrorKind.NotFound,
            UnauthorizedAccessException => StorageErrorKind.ReadOnly,
            _ => StorageErrorKind.Io,
        };
        var reason = e is PlatformException native ? native.Error.ToString() : e.Message;
        return new StorageException(kind, $"{operation} {path}: {reason}", path, e);
    }

    private static StorageErrorKind KindOf(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound or ErrorKind.NotDirectory => StorageErrorKind.NotFound,
        ErrorKind.AlreadyExists => StorageErrorKind.AlreadyExists,
        ErrorKind.NoSpace or ErrorKind.QuotaExceeded or ErrorKind.FileTooLarge => StorageErrorKind.NoSpace,
        ErrorKind.NotPermitted or ErrorKind.PermissionDenied or ErrorKind.ReadOnlyFileSystem => StorageErrorKind.ReadOnly,
        ErrorKind.Busy or ErrorKind.SharingViolation or ErrorKind.LockBusy or ErrorKind.WouldBlock => StorageErrorKind.Busy,
        ErrorKind.NotSupported or ErrorKind.NotImplemented or ErrorKind.IsDirectory => StorageErrorKind.NotSupported,
        _ => StorageErrorKind.Io,
    };
}
