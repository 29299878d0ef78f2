using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Gabbro.Platform.Native.Unix;

/// <summary>
/// What the errno values of one Unix mean. Systems number them differently and name them alike, so the meaning is told once,
/// by name; a system's numbers come from the class that declares them.
/// </summary>
internal sealed class UnixErrors
{
    /// <summary>The names of each kind; the first that a system has stands for the kind there.</summary>
    private static readonly (ErrorKind Kind, string Names)[] s_kinds =
    [
        (ErrorKind.NotPermitted, "EPERM ENOTCAPABLE"),
        (ErrorKind.NotFound, "ENOENT ENOKEY"),
        (ErrorKind.ProcessNotFound, "ESRCH"),
        (ErrorKind.Interrupted, "EINTR ERESTART"),
        (ErrorKind.IoError, "EIO EREMOTEIO EHWPOISON EDEVERR"),
        (ErrorKind.NoDevice, "ENODEV ENXIO ENOTBLK EREMCHG ENOMEDIUM EPWROFF"),
        (ErrorKind.ArgumentListTooLong, "E2BIG"),
        (ErrorKind.NotExecutable, "ENOEXEC ELIBACC ELIBBAD ELIBEXEC EBADEXEC EBADARCH ESHLIBVERS EBADMACHO"),
        (ErrorKind.InvalidHandle, "EBADF EBADFD"),
        (ErrorKind.NoChildProcess, "ECHILD"),
        (ErrorKind.WouldBlock, "EAGAIN"),
        (ErrorKind.OutOfMemory, "ENOMEM"),
        (ErrorKind.PermissionDenied, "EACCES EKEYEXPIRED EKEYREVOKED EKEYREJECTED EAUTH ENEEDAUTH"),
        (ErrorKind.BadAddress, "EFAULT"),
        (ErrorKind.Busy, "EBUSY"),
        (ErrorKind.AlreadyExists, "EEXIST ENOTUNIQ"),
        (ErrorKind.CrossesDevices, "EXDEV EMULTIHOP"),
        (ErrorKind.NotDirectory, "ENOTDIR"),
        (ErrorKind.IsDirectory, "EISDIR"),
        (ErrorKind.InvalidArgument, "EINVAL EFTYPE"),
        (ErrorKind.TooManyOpenFilesInSystem, "ENFILE"),
        (ErrorKind.TooManyOpenFiles, "EMFILE"),
        (ErrorKind.NotTerminal, "ENOTTY"),
        (ErrorKind.SharingViolation, "ETXTBSY"),
        (ErrorKind.FileTooLarge, "EFBIG"),
        (ErrorKind.NoSpace, "ENOSPC"),
        (ErrorKind.NotSeekable, "ESPIPE"),
        (ErrorKind.ReadOnlyFileSystem, "EROFS"),
        (ErrorKind.TooManyLinks, "EMLINK"),
        (ErrorKind.BrokenPipe, "EPIPE"),
        (ErrorKind.OutOfRange, "ERANGE EDOM"),
        (ErrorKind.Deadlock, "EDEADLK"),
        (ErrorKind.NameTooLong, "ENAMETOOLONG"),
        (ErrorKind.NoLocks, "ENOLCK"),
        (ErrorKind.NotImplemented, "ENOSYS"),
        (ErrorKind.DirectoryNotEmpty, "ENOTEMPTY"),
        (ErrorKind.SymbolicLinkLoop, "ELOOP"),
        (ErrorKind.NoData, "ENODATA ENOMSG ENOATTR"),
        (ErrorKind.StaleHandle, "EIDRM ESTALE"),
        (ErrorKind.ProtocolError, "EPROTO EBADE ECOMM EPROTOTYPE EBADRPC ERPCMISMATCH"),
        (ErrorKind.NotSupported, "EOPNOTSUPP ENOSTR EREMOTE EMEDIUMTYPE ENOTSUP"),
        (ErrorKind.TimedOut, "ETIMEDOUT ETIME"),
        (ErrorKind.NoBufferSpace, "ENOSR ENOBUFS"),
        (ErrorKind.NetworkDown, "ENETDOWN ENONET ENETRESET"),
        (ErrorKind.NotConnected, "ENOLINK ENOTCONN"),
        (ErrorKind.Corrupted, "EUCLEAN EBADMSG"),
        (ErrorKind.Overflow, "EOVERFLOW"),
        (ErrorKind.InvalidName, "EILSEQ"),
        (ErrorKind.ResourceLimit, "EUSERS ETOOMANYREFS EPROCLIM EQFULL"),
        (ErrorKind.NotSocket, "ENOTSOCK"),
        (ErrorKind.DestinationRequired, "EDESTADDRREQ"),
        (ErrorKind.MessageTooLong, "EMSGSIZE"),
        (ErrorKind.ProtocolNotSupported, "EPROTONOSUPPORT ENOPROTOOPT ESOCKTNOSUPPORT"),
        (ErrorKind.AddressFamilyNotSupported, "EAFNOSUPPORT EPFNOSUPPORT"),
        (ErrorKind.AddressInUse, "EADDRINUSE"),
        (ErrorKind.AddressNotAvailable, "EADDRNOTAVAIL"),
        (ErrorKind.NetworkUnreachable, "ENETUNREACH"),
        (ErrorKind.ConnectionAborted, "ECONNABORTED"),
        (ErrorKind.ConnectionReset, "ECONNRESET"),
        (ErrorKind.AlreadyConnected, "EISCONN"),
        (ErrorKind.Shutdown, "ESHUTDOWN"),
        (ErrorKind.ConnectionRefused, "ECONNREFUSED"),
        (ErrorKind.HostUnreachable, "EHOSTUNREACH EHOSTDOWN"),
        (ErrorKind.AlreadyInProgress, "EALREADY"),
        (ErrorKind.InProgress, "EINPROGRESS"),
        (ErrorKind.QuotaExceeded, "EDQUOT"),
        (ErrorKind.Canceled, "ECANCELED"),
        (ErrorKind.OwnerDied, "EOWNERDEAD"),
        (ErrorKind.NotRecoverable, "ENOTRECOVERABLE"),
        (ErrorKind.LockBusy, "EAGAIN"),
    ];

    private readonly ErrorNames _names;
    private readonly ErrorKind[] _kinds;
    private readonly Dictionary<ErrorKind, int> _codes = new() { [ErrorKind.None] = 0 };

    /// <summary>The meaning of the constants of a class.</summary>
    internal UnixErrors([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicFields)] Type declarations)
    {
        _names = new ErrorNames(declarations);
        Dictionary<string, int> codes = _names.Codes;
        _kinds = new ErrorKind[codes.Values.Max() + 1];
        Array.Fill(_kinds, ErrorKind.Unknown);
        _kinds[0] = ErrorKind.None;
        foreach ((ErrorKind kind, string names) in s_kinds)
        {
            foreach (string name in names.Split(' '))
            {
                if (!codes.TryGetValue(name, out int code)) continue;
                _codes.TryAdd(kind, code);
                if (_kinds[code] == ErrorKind.Unknown) _kinds[code] = kind;
            }
        }
    }

    /// <summary>The kind a code means; <see cref="ErrorKind.Unknown"/> for a code not in the table.</summary>
    internal ErrorKind KindOf(int code) => (uint)code < (uint)_kinds.Length ? _kinds[code] : ErrorKind.Unknown;

    /// <summary>The symbolic name of a code, or null.</summary>
    internal string? NameOf(int code) => _names.Of(code);

    /// <summary>The code that stands for a kind; EIO for a kind the system has no code for.</summary>
    internal int CodeOf(ErrorKind kind) => _codes.TryGetValue(kind, out int code) ? code : _codes[ErrorKind.IoError];
}
