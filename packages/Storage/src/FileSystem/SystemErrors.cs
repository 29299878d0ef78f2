using Gabbro.Platform;

namespace Gabbro.Storage.FileSystem;

/// <summary>Turns what the system reports into a <see cref="StorageException"/> with operation, path and kind.</summary>
internal static class SystemErrors
{
    public static StorageException Translate(PlatformException e, string path) =>
        new(KindOf(e.Kind), $"{e.Operation} {path}: {e.Error}", path, e);

    public static void ThrowIfError(NativeError error, string operation, string path)
    {
        if (error.IsError)
            throw new StorageException(KindOf(error.Kind), $"{operation} {path}: {error}", path);
    }

    private static StorageErrorKind KindOf(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound or ErrorKind.NotDirectory => StorageErrorKind.NotFound,
        ErrorKind.AlreadyExists => StorageErrorKind.AlreadyExists,
        ErrorKind.NoSpace or ErrorKind.QuotaExceeded or ErrorKind.FileTooLarge or ErrorKind.ResourceLimit => StorageErrorKind.NoSpace,
        ErrorKind.ReadOnlyFileSystem or ErrorKind.PermissionDenied or ErrorKind.NotPermitted => StorageErrorKind.ReadOnly,
        ErrorKind.NotSupported or ErrorKind.NotImplemented or ErrorKind.CrossesDevices or ErrorKind.TooManyLinks => StorageErrorKind.NotSupported,
        ErrorKind.Busy or ErrorKind.SharingViolation or ErrorKind.LockBusy or ErrorKind.WouldBlock or ErrorKind.TimedOut => StorageErrorKind.Busy,
        ErrorKind.Deadlock => StorageErrorKind.Deadlock,
        _ => StorageErrorKind.Io,
    };
}
