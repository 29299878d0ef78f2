namespace Gabbro.Platform;

/// <summary>
/// What went wrong, in one vocabulary for every operating system. The native code that was mapped is kept beside it in
/// <see cref="NativeError"/>, so nothing is lost by switching on a kind.
/// </summary>
/// <remarks>Values are stable: new kinds are only ever appended.</remarks>
public enum ErrorKind : byte
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A native code that has no more specific kind. The code itself is in <see cref="NativeError.Code"/>.</summary>
    Unknown = 1,

    /// <summary>The operation needs a privilege the caller lacks (<c>EPERM</c>).</summary>
    NotPermitted = 2,

    /// <summary>Access rights of the object forbid it (<c>EACCES</c>, <c>ERROR_ACCESS_DENIED</c>).</summary>
    PermissionDenied = 3,

    /// <summary>No such file, directory or name.</summary>
    NotFound = 4,

    /// <summary>The name is already taken.</summary>
    AlreadyExists = 5,

    /// <summary>A component used as a directory is not one.</summary>
    NotDirectory = 6,

    /// <summary>The operation cannot be done on a directory.</summary>
    IsDirectory = 7,

    /// <summary>The directory still holds entries.</summary>
    DirectoryNotEmpty = 8,

    /// <summary>A path or one of its components is too long.</summary>
    NameTooLong = 9,

    /// <summary>A name holds bytes or characters the file system refuses.</summary>
    InvalidName = 10,

    /// <summary>Too many symbolic links were met, or a link was met where none is allowed.</summary>
    SymbolicLinkLoop = 11,

    /// <summary>The object has the greatest number of links it can have.</summary>
    TooManyLinks = 12,

    /// <summary>Source and destination are on different file systems, or a path would leave its root.</summary>
    CrossesDevices = 13,

    /// <summary>The file system is read-only.</summary>
    ReadOnlyFileSystem = 14,

    /// <summary>The file would exceed the greatest size allowed.</summary>
    FileTooLarge = 15,

    /// <summary>No space is left on the device.</summary>
    NoSpace = 16,

    /// <summary>The user's quota is used up.</summary>
    QuotaExceeded = 17,

    /// <summary>The device or object is in use.</summary>
    Busy = 18,

    /// <summary>Another opener of the file does not share it (Windows), or the program text is in use (<c>ETXTBSY</c>).</summary>
    SharingViolation = 19,

    /// <summary>The operation would block and the handle, or the call, is non-blocking.</summary>
    WouldBlock = 20,

    /// <summary>The operation was started and goes on (<c>EINPROGRESS</c>, <c>ERROR_IO_PENDING</c>).</summary>
    InProgress = 21,

    /// <summary>Such an operation is already going on.</summary>
    AlreadyInProgress = 22,

    /// <summary>A signal interrupted the call.</summary>
    Interrupted = 23,

    /// <summary>The operation was cancelled.</summary>
    Canceled = 24,

    /// <summary>The time allowed is over.</summary>
    TimedOut = 25,

    /// <summary>An argument, or a combination of arguments, is invalid.</summary>
    InvalidArgument = 26,

    /// <summary>The descriptor or handle is not open, or not open for this use.</summary>
    InvalidHandle = 27,

    /// <summary>An address lies outside the process's memory.</summary>
    BadAddress = 28,

    /// <summary>The object cannot be positioned (pipe, socket).</summary>
    NotSeekable = 29,

    /// <summary>The object is not a terminal, or does not understand the control request.</summary>
    NotTerminal = 30,

    /// <summary>The object or file system does not support the operation.</summary>
    NotSupported = 31,

    /// <summary>The system does not have the call (<c>ENOSYS</c>).</summary>
    NotImplemented = 32,

    /// <summary>A result or a buffer is out of range.</summary>
    OutOfRange = 33,

    /// <summary>A value does not fit the type that must hold it.</summary>
    Overflow = 34,

    /// <summary>The device failed (<c>EIO</c>).</summary>
    IoError = 35,

    /// <summary>There is no such device, or it is gone.</summary>
    NoDevice = 36,

    /// <summary>Memory, or address space, is used up.</summary>
    OutOfMemory = 37,

    /// <summary>The process has too many open files.</summary>
    TooManyOpenFiles = 38,

    /// <summary>The whole system has too many open files.</summary>
    TooManyOpenFilesInSystem = 39,

    /// <summary>Some other resource limit was reached.</summary>
    ResourceLimit = 40,

    /// <summary>There is no such process or thread.</summary>
    ProcessNotFound = 41,

    /// <summary>There is no child process to wait for.</summary>
    NoChildProcess = 42,

    /// <summary>Arguments and environment of a new program are too large.</summary>
    ArgumentListTooLong = 43,

    /// <summary>The file is not a program this system can run.</summary>
    NotExecutable = 44,

    /// <summary>Going on would deadlock.</summary>
    Deadlock = 45,

    /// <summary>Another holder has a lock on the range.</summary>
    LockBusy = 46,

    /// <summary>The system has no locks left.</summary>
    NoLocks = 47,

    /// <summary>The owner of a robust lock died.</summary>
    OwnerDied = 48,

    /// <summary>The state protected by a robust lock cannot be recovered.</summary>
    NotRecoverable = 49,

    /// <summary>The other end of a pipe or socket is closed for reading.</summary>
    BrokenPipe = 50,

    /// <summary>The end of the file was reached where data was required.</summary>
    EndOfFile = 51,

    /// <summary>The peer refused the connection.</summary>
    ConnectionRefused = 52,

    /// <summary>The peer reset the connection.</summary>
    ConnectionReset = 53,

    /// <summary>The connection was aborted locally.</summary>
    ConnectionAborted = 54,

    /// <summary>The socket is not connected.</summary>
    NotConnected = 55,

    /// <summary>The socket is already connected.</summary>
    AlreadyConnected = 56,

    /// <summary>The local address is in use.</summary>
    AddressInUse = 57,

    /// <summary>The address cannot be used on this machine.</summary>
    AddressNotAvailable = 58,

    /// <summary>The address family is not supported.</summary>
    AddressFamilyNotSupported = 59,

    /// <summary>The protocol, or the socket type, is not supported.</summary>
    ProtocolNotSupported = 60,

    /// <summary>The protocol does not fit the socket, or the peer broke it.</summary>
    ProtocolError = 61,

    /// <summary>The handle is not a socket.</summary>
    NotSocket = 62,

    /// <summary>The message is larger than can be sent in one piece, or than the buffer.</summary>
    MessageTooLong = 63,

    /// <summary>A destination address is required.</summary>
    DestinationRequired = 64,

    /// <summary>No route leads to the host, or the host is down.</summary>
    HostUnreachable = 65,

    /// <summary>No route leads to the network.</summary>
    NetworkUnreachable = 66,

    /// <summary>The network is down, or dropped the connection.</summary>
    NetworkDown = 67,

    /// <summary>The name of a host or service was not found.</summary>
    HostNotFound = 68,

    /// <summary>The system has no buffer space left.</summary>
    NoBufferSpace = 69,

    /// <summary>The handle names an object that no longer exists (NFS).</summary>
    StaleHandle = 70,

    /// <summary>Data on the device is damaged.</summary>
    Corrupted = 71,

    /// <summary>There is no such extended attribute, or no data.</summary>
    NoData = 72,

    /// <summary>The object is shut down and takes nothing more.</summary>
    Shutdown = 73,
}
