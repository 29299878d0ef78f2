namespace Gabbro.Platform.Native.Windows;

/// <summary>NTSTATUS codes (ntstatus.h) that file, section, pipe and network calls give.</summary>
internal static class NtStatusErrors
{
    internal const int STATUS_BUFFER_OVERFLOW = unchecked((int)0x80000005);
    internal const int STATUS_NO_MORE_FILES = unchecked((int)0x80000006);
    internal const int STATUS_DEVICE_BUSY = unchecked((int)0x80000011);
    internal const int STATUS_NO_MORE_ENTRIES = unchecked((int)0x8000001A);
    internal const int STATUS_STOPPED_ON_SYMLINK = unchecked((int)0x8000002D);
    internal const int STATUS_UNSUCCESSFUL = unchecked((int)0xC0000001);
    internal const int STATUS_NOT_IMPLEMENTED = unchecked((int)0xC0000002);
    internal const int STATUS_INVALID_INFO_CLASS = unchecked((int)0xC0000003);
    internal const int STATUS_INFO_LENGTH_MISMATCH = unchecked((int)0xC0000004);
    internal const int STATUS_ACCESS_VIOLATION = unchecked((int)0xC0000005);
    internal const int STATUS_IN_PAGE_ERROR = unchecked((int)0xC0000006);
    internal const int STATUS_PAGEFILE_QUOTA = unchecked((int)0xC0000007);
    internal const int STATUS_INVALID_HANDLE = unchecked((int)0xC0000008);
    internal const int STATUS_INVALID_CID = unchecked((int)0xC000000B);
    internal const int STATUS_INVALID_PARAMETER = unchecked((int)0xC000000D);
    internal const int STATUS_NO_SUCH_DEVICE = unchecked((int)0xC000000E);
    internal const int STATUS_NO_SUCH_FILE = unchecked((int)0xC000000F);
    internal const int STATUS_INVALID_DEVICE_REQUEST = unchecked((int)0xC0000010);
    internal const int STATUS_END_OF_FILE = unchecked((int)0xC0000011);
    internal const int STATUS_WRONG_VOLUME = unchecked((int)0xC0000012);
    internal const int STATUS_NO_MEDIA_IN_DEVICE = unchecked((int)0xC0000013);
    internal const int STATUS_MORE_PROCESSING_REQUIRED = unchecked((int)0xC0000016);
    internal const int STATUS_NO_MEMORY = unchecked((int)0xC0000017);
    internal const int STATUS_CONFLICTING_ADDRESSES = unchecked((int)0xC0000018);
    internal const int STATUS_NOT_MAPPED_VIEW = unchecked((int)0xC0000019);
    internal const int STATUS_ACCESS_DENIED = unchecked((int)0xC0000022);
    internal const int STATUS_BUFFER_TOO_SMALL = unchecked((int)0xC0000023);
    internal const int STATUS_OBJECT_TYPE_MISMATCH = unchecked((int)0xC0000024);
    internal const int STATUS_NOT_COMMITTED = unchecked((int)0xC000002D);
    internal const int STATUS_INVALID_PARAMETER_MIX = unchecked((int)0xC0000030);
    internal const int STATUS_OBJECT_NAME_INVALID = unchecked((int)0xC0000033);
    internal const int STATUS_OBJECT_NAME_NOT_FOUND = unchecked((int)0xC0000034);
    internal const int STATUS_OBJECT_NAME_COLLISION = unchecked((int)0xC0000035);
    internal const int STATUS_OBJECT_PATH_INVALID = unchecked((int)0xC0000039);
    internal const int STATUS_OBJECT_PATH_NOT_FOUND = unchecked((int)0xC000003A);
    internal const int STATUS_OBJECT_PATH_SYNTAX_BAD = unchecked((int)0xC000003B);
    internal const int STATUS_DATA_ERROR = unchecked((int)0xC000003E);
    internal const int STATUS_CRC_ERROR = unchecked((int)0xC000003F);
    internal const int STATUS_SECTION_TOO_BIG = unchecked((int)0xC0000040);
    internal const int STATUS_SHARING_VIOLATION = unchecked((int)0xC0000043);
    internal const int STATUS_QUOTA_EXCEEDED = unchecked((int)0xC0000044);
    internal const int STATUS_THREAD_IS_TERMINATING = unchecked((int)0xC000004B);
    internal const int STATUS_EA_TOO_LARGE = unchecked((int)0xC0000050);
    internal const int STATUS_NONEXISTENT_EA_ENTRY = unchecked((int)0xC0000051);
    internal const int STATUS_NO_EAS_ON_FILE = unchecked((int)0xC0000052);
    internal const int STATUS_FILE_LOCK_CONFLICT = unchecked((int)0xC0000054);
    internal const int STATUS_LOCK_NOT_GRANTED = unchecked((int)0xC0000055);
    internal const int STATUS_DELETE_PENDING = unchecked((int)0xC0000056);
    internal const int STATUS_PRIVILEGE_NOT_HELD = unchecked((int)0xC0000061);
    internal const int STATUS_LOGON_FAILURE = unchecked((int)0xC000006D);
    internal const int STATUS_INVALID_IMAGE_FORMAT = unchecked((int)0xC000007B);
    internal const int STATUS_RANGE_NOT_LOCKED = unchecked((int)0xC000007E);
    internal const int STATUS_DISK_FULL = unchecked((int)0xC000007F);
    internal const int STATUS_INSUFFICIENT_RESOURCES = unchecked((int)0xC000009A);
    internal const int STATUS_MEMORY_NOT_ALLOCATED = unchecked((int)0xC00000A0);
    internal const int STATUS_WORKING_SET_QUOTA = unchecked((int)0xC00000A1);
    internal const int STATUS_MEDIA_WRITE_PROTECTED = unchecked((int)0xC00000A2);
    internal const int STATUS_DEVICE_NOT_READY = unchecked((int)0xC00000A3);
    internal const int STATUS_BAD_IMPERSONATION_LEVEL = unchecked((int)0xC00000A5);
    internal const int STATUS_INSTANCE_NOT_AVAILABLE = unchecked((int)0xC00000AB);
    internal const int STATUS_PIPE_NOT_AVAILABLE = unchecked((int)0xC00000AC);
    internal const int STATUS_INVALID_PIPE_STATE = unchecked((int)0xC00000AD);
    internal const int STATUS_PIPE_BUSY = unchecked((int)0xC00000AE);
    internal const int STATUS_PIPE_DISCONNECTED = unchecked((int)0xC00000B0);
    internal const int STATUS_PIPE_CLOSING = unchecked((int)0xC00000B1);
    internal const int STATUS_PIPE_CONNECTED = unchecked((int)0xC00000B2);
    internal const int STATUS_PIPE_LISTENING = unchecked((int)0xC00000B3);
    internal const int STATUS_IO_TIMEOUT = unchecked((int)0xC00000B5);
    internal const int STATUS_FILE_IS_A_DIRECTORY = unchecked((int)0xC00000BA);
    internal const int STATUS_NOT_SUPPORTED = unchecked((int)0xC00000BB);
    internal const int STATUS_BAD_NETWORK_PATH = unchecked((int)0xC00000BE);
    internal const int STATUS_NETWORK_BUSY = unchecked((int)0xC00000BF);
    internal const int STATUS_DEVICE_DOES_NOT_EXIST = unchecked((int)0xC00000C0);
    internal const int STATUS_UNEXPECTED_NETWORK_ERROR = unchecked((int)0xC00000C4);
    internal const int STATUS_NETWORK_NAME_DELETED = unchecked((int)0xC00000C9);
    internal const int STATUS_BAD_NETWORK_NAME = unchecked((int)0xC00000CC);
    internal const int STATUS_NOT_SAME_DEVICE = unchecked((int)0xC00000D4);
    internal const int STATUS_FILE_RENAMED = unchecked((int)0xC00000D5);
    internal const int STATUS_PIPE_EMPTY = unchecked((int)0xC00000D9);
    internal const int STATUS_DIRECTORY_NOT_EMPTY = unchecked((int)0xC0000101);
    internal const int STATUS_FILE_CORRUPT_ERROR = unchecked((int)0xC0000102);
    internal const int STATUS_NOT_A_DIRECTORY = unchecked((int)0xC0000103);
    internal const int STATUS_NAME_TOO_LONG = unchecked((int)0xC0000106);
    internal const int STATUS_PROCESS_IS_TERMINATING = unchecked((int)0xC000010A);
    internal const int STATUS_MAPPED_FILE_SIZE_ZERO = unchecked((int)0xC000011E);
    internal const int STATUS_TOO_MANY_OPENED_FILES = unchecked((int)0xC000011F);
    internal const int STATUS_CANCELLED = unchecked((int)0xC0000120);
    internal const int STATUS_CANNOT_DELETE = unchecked((int)0xC0000121);
    internal const int STATUS_FILE_DELETED = unchecked((int)0xC0000123);
    internal const int STATUS_FILE_CLOSED = unchecked((int)0xC0000128);
    internal const int STATUS_COMMITMENT_LIMIT = unchecked((int)0xC000012D);
    internal const int STATUS_LOCAL_DISCONNECT = unchecked((int)0xC000013B);
    internal const int STATUS_REMOTE_DISCONNECT = unchecked((int)0xC000013C);
    internal const int STATUS_INVALID_CONNECTION = unchecked((int)0xC0000140);
    internal const int STATUS_INVALID_ADDRESS = unchecked((int)0xC0000141);
    internal const int STATUS_PIPE_BROKEN = unchecked((int)0xC000014B);
    internal const int STATUS_IO_DEVICE_ERROR = unchecked((int)0xC0000185);
    internal const int STATUS_POSSIBLE_DEADLOCK = unchecked((int)0xC0000194);
    internal const int STATUS_INVALID_ADDRESS_COMPONENT = unchecked((int)0xC0000207);
    internal const int STATUS_ADDRESS_ALREADY_EXISTS = unchecked((int)0xC000020A);
    internal const int STATUS_CONNECTION_RESET = unchecked((int)0xC000020D);
    internal const int STATUS_NOT_FOUND = unchecked((int)0xC0000225);
    internal const int STATUS_CONNECTION_REFUSED = unchecked((int)0xC0000236);
    internal const int STATUS_GRACEFUL_DISCONNECT = unchecked((int)0xC0000237);
    internal const int STATUS_ADDRESS_ALREADY_ASSOCIATED = unchecked((int)0xC0000238);
    internal const int STATUS_CONNECTION_INVALID = unchecked((int)0xC000023A);
    internal const int STATUS_CONNECTION_ACTIVE = unchecked((int)0xC000023B);
    internal const int STATUS_NETWORK_UNREACHABLE = unchecked((int)0xC000023C);
    internal const int STATUS_HOST_UNREACHABLE = unchecked((int)0xC000023D);
    internal const int STATUS_PROTOCOL_UNREACHABLE = unchecked((int)0xC000023E);
    internal const int STATUS_PORT_UNREACHABLE = unchecked((int)0xC000023F);
    internal const int STATUS_REQUEST_ABORTED = unchecked((int)0xC0000240);
    internal const int STATUS_CONNECTION_ABORTED = unchecked((int)0xC0000241);
    internal const int STATUS_USER_MAPPED_FILE = unchecked((int)0xC0000243);
    internal const int STATUS_TOO_MANY_LINKS = unchecked((int)0xC0000265);
    internal const int STATUS_NOT_A_REPARSE_POINT = unchecked((int)0xC0000275);
    internal const int STATUS_IO_REPARSE_TAG_INVALID = unchecked((int)0xC0000276);
    internal const int STATUS_REPARSE_POINT_NOT_RESOLVED = unchecked((int)0xC0000280);
    internal const int STATUS_FILE_SYSTEM_LIMITATION = unchecked((int)0xC0000427);
    internal const int STATUS_SYMLINK_CLASS_DISABLED = unchecked((int)0xC0000715);
    internal const int STATUS_DISK_QUOTA_EXCEEDED = unchecked((int)0xC0000802);

    /// <summary>The kind a code means; <see cref="ErrorKind.Unknown"/> for a code not in the table.</summary>
    internal static ErrorKind KindOf(int code) => code switch
    {
        0 => ErrorKind.None,
        STATUS_BUFFER_OVERFLOW => ErrorKind.MessageTooLong,
        STATUS_NO_MORE_FILES or STATUS_NO_MORE_ENTRIES or STATUS_NO_SUCH_FILE
            or STATUS_OBJECT_NAME_NOT_FOUND or STATUS_OBJECT_PATH_NOT_FOUND
            or STATUS_BAD_NETWORK_PATH or STATUS_BAD_NETWORK_NAME or STATUS_FILE_DELETED
            or STATUS_NOT_FOUND => ErrorKind.NotFound,
        STATUS_DEVICE_BUSY or STATUS_DELETE_PENDING or STATUS_INSTANCE_NOT_AVAILABLE
            or STATUS_PIPE_NOT_AVAILABLE or STATUS_PIPE_BUSY or STATUS_NETWORK_BUSY
            or STATUS_FILE_RENAMED or STATUS_USER_MAPPED_FILE => ErrorKind.Busy,
        STATUS_STOPPED_ON_SYMLINK or STATUS_REPARSE_POINT_NOT_RESOLVED => ErrorKind.SymbolicLinkLoop,
        STATUS_NOT_IMPLEMENTED => ErrorKind.NotImplemented,
        STATUS_INVALID_INFO_CLASS or STATUS_INVALID_DEVICE_REQUEST or STATUS_NOT_SUPPORTED
            or STATUS_FILE_SYSTEM_LIMITATION => ErrorKind.NotSupported,
        STATUS_INFO_LENGTH_MISMATCH or STATUS_BUFFER_TOO_SMALL or STATUS_EA_TOO_LARGE => ErrorKind.OutOfRange,
        STATUS_ACCESS_VIOLATION or STATUS_CONFLICTING_ADDRESSES or STATUS_NOT_MAPPED_VIEW
            or STATUS_NOT_COMMITTED or STATUS_MEMORY_NOT_ALLOCATED => ErrorKind.BadAddress,
        STATUS_IN_PAGE_ERROR or STATUS_IO_DEVICE_ERROR => ErrorKind.IoError,
        STATUS_PAGEFILE_QUOTA or STATUS_NO_MEMORY or STATUS_COMMITMENT_LIMIT => ErrorKind.OutOfMemory,
        STATUS_INVALID_HANDLE or STATUS_OBJECT_TYPE_MISMATCH or STATUS_FILE_CLOSED => ErrorKind.InvalidHandle,
        STATUS_INVALID_CID or STATUS_THREAD_IS_TERMINATING or STATUS_PROCESS_IS_TERMINATING => ErrorKind.ProcessNotFound,
        STATUS_INVALID_PARAMETER or STATUS_INVALID_PARAMETER_MIX or STATUS_RANGE_NOT_LOCKED
            or STATUS_MAPPED_FILE_SIZE_ZERO or STATUS_NOT_A_REPARSE_POINT
            or STATUS_IO_REPARSE_TAG_INVALID => ErrorKind.InvalidArgument,
        STATUS_NO_SUCH_DEVICE or STATUS_WRONG_VOLUME or STATUS_NO_MEDIA_IN_DEVICE
            or STATUS_DEVICE_NOT_READY or STATUS_DEVICE_DOES_NOT_EXIST => ErrorKind.NoDevice,
        STATUS_END_OF_FILE or STATUS_GRACEFUL_DISCONNECT => ErrorKind.EndOfFile,
        STATUS_MORE_PROCESSING_REQUIRED => ErrorKind.InProgress,
        STATUS_ACCESS_DENIED or STATUS_LOGON_FAILURE or STATUS_CANNOT_DELETE => ErrorKind.PermissionDenied,
        STATUS_OBJECT_NAME_INVALID or STATUS_OBJECT_PATH_SYNTAX_BAD => ErrorKind.InvalidName,
        STATUS_OBJECT_NAME_COLLISION => ErrorKind.AlreadyExists,
        STATUS_OBJECT_PATH_INVALID or STATUS_NOT_A_DIRECTORY => ErrorKind.NotDirectory,
        STATUS_DATA_ERROR or STATUS_CRC_ERROR or STATUS_FILE_CORRUPT_ERROR => ErrorKind.Corrupted,
        STATUS_SECTION_TOO_BIG => ErrorKind.FileTooLarge,
        STATUS_SHARING_VIOLATION => ErrorKind.SharingViolation,
        STATUS_QUOTA_EXCEEDED or STATUS_DISK_QUOTA_EXCEEDED => ErrorKind.QuotaExceeded,
        STATUS_NONEXISTENT_EA_ENTRY or STATUS_NO_EAS_ON_FILE => ErrorKind.NoData,
        STATUS_FILE_LOCK_CONFLICT or STATUS_LOCK_NOT_GRANTED => ErrorKind.LockBusy,
        STATUS_PRIVILEGE_NOT_HELD or STATUS_BAD_IMPERSONATION_LEVEL
            or STATUS_SYMLINK_CLASS_DISABLED => ErrorKind.NotPermitted,
        STATUS_INVALID_IMAGE_FORMAT => ErrorKind.NotExecutable,
        STATUS_DISK_FULL => ErrorKind.NoSpace,
        STATUS_INSUFFICIENT_RESOURCES or STATUS_WORKING_SET_QUOTA => ErrorKind.ResourceLimit,
        STATUS_MEDIA_WRITE_PROTECTED => ErrorKind.ReadOnlyFileSystem,
        STATUS_INVALID_PIPE_STATE or STATUS_PIPE_DISCONNECTED or STATUS_PIPE_CLOSING
            or STATUS_PIPE_BROKEN => ErrorKind.BrokenPipe,
        STATUS_PIPE_CONNECTED or STATUS_CONNECTION_ACTIVE => ErrorKind.AlreadyConnected,
        STATUS_PIPE_LISTENING or STATUS_PIPE_EMPTY => ErrorKind.WouldBlock,
        STATUS_IO_TIMEOUT => ErrorKind.TimedOut,
        STATUS_FILE_IS_A_DIRECTORY => ErrorKind.IsDirectory,
        STATUS_UNEXPECTED_NETWORK_ERROR => ErrorKind.NetworkDown,
        STATUS_NETWORK_NAME_DELETED or STATUS_REMOTE_DISCONNECT or STATUS_CONNECTION_RESET => ErrorKind.ConnectionReset,
        STATUS_NOT_SAME_DEVICE => ErrorKind.CrossesDevices,
        STATUS_DIRECTORY_NOT_EMPTY => ErrorKind.DirectoryNotEmpty,
        STATUS_NAME_TOO_LONG => ErrorKind.NameTooLong,
        STATUS_TOO_MANY_OPENED_FILES => ErrorKind.TooManyOpenFiles,
        STATUS_CANCELLED or STATUS_REQUEST_ABORTED => ErrorKind.Canceled,
        STATUS_LOCAL_DISCONNECT or STATUS_CONNECTION_ABORTED => ErrorKind.ConnectionAborted,
        STATUS_INVALID_CONNECTION or STATUS_CONNECTION_INVALID => ErrorKind.NotConnected,
        STATUS_INVALID_ADDRESS or STATUS_INVALID_ADDRESS_COMPONENT => ErrorKind.AddressNotAvailable,
        STATUS_POSSIBLE_DEADLOCK => ErrorKind.Deadlock,
        STATUS_ADDRESS_ALREADY_EXISTS or STATUS_ADDRESS_ALREADY_ASSOCIATED => ErrorKind.AddressInUse,
        STATUS_CONNECTION_REFUSED or STATUS_PORT_UNREACHABLE => ErrorKind.ConnectionRefused,
        STATUS_NETWORK_UNREACHABLE => ErrorKind.NetworkUnreachable,
        STATUS_HOST_UNREACHABLE or STATUS_PROTOCOL_UNREACHABLE => ErrorKind.HostUnreachable,
        STATUS_TOO_MANY_LINKS => ErrorKind.TooManyLinks,
        _ => ErrorKind.Unknown,
    };

    private static readonly ErrorNames s_names = new(typeof(NtStatusErrors));

    /// <summary>The symbolic name of a code, or null.</summary>
    internal static string? NameOf(int code) => s_names.Of(code);
}
