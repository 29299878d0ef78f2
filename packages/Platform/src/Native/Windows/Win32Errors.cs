namespace Gabbro.Platform.Native.Windows;

/// <summary>Win32 and WinSock error codes (winerror.h). In WinSock a wrong option or protocol is its own code.</summary>
internal static class Win32Errors
{
    internal const int ERROR_INVALID_FUNCTION = 1;
    internal const int ERROR_FILE_NOT_FOUND = 2;
    internal const int ERROR_PATH_NOT_FOUND = 3;
    internal const int ERROR_TOO_MANY_OPEN_FILES = 4;
    internal const int ERROR_ACCESS_DENIED = 5;
    internal const int ERROR_INVALID_HANDLE = 6;
    internal const int ERROR_ARENA_TRASHED = 7;
    internal const int ERROR_NOT_ENOUGH_MEMORY = 8;
    internal const int ERROR_INVALID_BLOCK = 9;
    internal const int ERROR_BAD_ENVIRONMENT = 10;
    internal const int ERROR_BAD_FORMAT = 11;
    internal const int ERROR_INVALID_ACCESS = 12;
    internal const int ERROR_INVALID_DATA = 13;
    internal const int ERROR_OUTOFMEMORY = 14;
    internal const int ERROR_INVALID_DRIVE = 15;
    internal const int ERROR_CURRENT_DIRECTORY = 16;
    internal const int ERROR_NOT_SAME_DEVICE = 17;
    internal const int ERROR_NO_MORE_FILES = 18;
    internal const int ERROR_WRITE_PROTECT = 19;
    internal const int ERROR_BAD_UNIT = 20;
    internal const int ERROR_NOT_READY = 21;
    internal const int ERROR_BAD_COMMAND = 22;
    internal const int ERROR_CRC = 23;
    internal const int ERROR_BAD_LENGTH = 24;
    internal const int ERROR_SEEK = 25;
    internal const int ERROR_NOT_DOS_DISK = 26;
    internal const int ERROR_SECTOR_NOT_FOUND = 27;
    internal const int ERROR_WRITE_FAULT = 29;
    internal const int ERROR_READ_FAULT = 30;
    internal const int ERROR_GEN_FAILURE = 31;
    internal const int ERROR_SHARING_VIOLATION = 32;
    internal const int ERROR_LOCK_VIOLATION = 33;
    internal const int ERROR_WRONG_DISK = 34;
    internal const int ERROR_SHARING_BUFFER_EXCEEDED = 36;
    internal const int ERROR_HANDLE_EOF = 38;
    internal const int ERROR_HANDLE_DISK_FULL = 39;
    internal const int ERROR_NOT_SUPPORTED = 50;
    internal const int ERROR_REM_NOT_LIST = 51;
    internal const int ERROR_BAD_NETPATH = 53;
    internal const int ERROR_NETWORK_BUSY = 54;
    internal const int ERROR_DEV_NOT_EXIST = 55;
    internal const int ERROR_UNEXP_NET_ERR = 59;
    internal const int ERROR_NETNAME_DELETED = 64;
    internal const int ERROR_NETWORK_ACCESS_DENIED = 65;
    internal const int ERROR_BAD_NET_NAME = 67;
    internal const int ERROR_FILE_EXISTS = 80;
    internal const int ERROR_CANNOT_MAKE = 82;
    internal const int ERROR_INVALID_PARAMETER = 87;
    internal const int ERROR_NO_PROC_SLOTS = 89;
    internal const int ERROR_DRIVE_LOCKED = 108;
    internal const int ERROR_BROKEN_PIPE = 109;
    internal const int ERROR_OPEN_FAILED = 110;
    internal const int ERROR_BUFFER_OVERFLOW = 111;
    internal const int ERROR_DISK_FULL = 112;
    internal const int ERROR_INVALID_TARGET_HANDLE = 114;
    internal const int ERROR_CALL_NOT_IMPLEMENTED = 120;
    internal const int ERROR_SEM_TIMEOUT = 121;
    internal const int ERROR_INSUFFICIENT_BUFFER = 122;
    internal const int ERROR_INVALID_NAME = 123;
    internal const int ERROR_INVALID_LEVEL = 124;
    internal const int ERROR_MOD_NOT_FOUND = 126;
    internal const int ERROR_PROC_NOT_FOUND = 127;
    internal const int ERROR_WAIT_NO_CHILDREN = 128;
    internal const int ERROR_CHILD_NOT_COMPLETE = 129;
    internal const int ERROR_DIRECT_ACCESS_HANDLE = 130;
    internal const int ERROR_NEGATIVE_SEEK = 131;
    internal const int ERROR_SEEK_ON_DEVICE = 132;
    internal const int ERROR_DIR_NOT_EMPTY = 145;
    internal const int ERROR_SIGNAL_REFUSED = 156;
    internal const int ERROR_BAD_PATHNAME = 161;
    internal const int ERROR_LOCK_FAILED = 167;
    internal const int ERROR_BUSY = 170;
    internal const int ERROR_CANCEL_VIOLATION = 173;
    internal const int ERROR_ALREADY_EXISTS = 183;
    internal const int ERROR_INVALID_EXE_SIGNATURE = 191;
    internal const int ERROR_EXE_MARKED_INVALID = 192;
    internal const int ERROR_BAD_EXE_FORMAT = 193;
    internal const int ERROR_ENVVAR_NOT_FOUND = 203;
    internal const int ERROR_FILENAME_EXCED_RANGE = 206;
    internal const int ERROR_NESTING_NOT_ALLOWED = 215;
    internal const int ERROR_EXE_MACHINE_TYPE_MISMATCH = 216;
    internal const int ERROR_FILE_TOO_LARGE = 223;
    internal const int ERROR_BAD_PIPE = 230;
    internal const int ERROR_PIPE_BUSY = 231;
    internal const int ERROR_NO_DATA = 232;
    internal const int ERROR_PIPE_NOT_CONNECTED = 233;
    internal const int ERROR_MORE_DATA = 234;
    internal const int ERROR_EA_LIST_INCONSISTENT = 255;
    internal const int WAIT_TIMEOUT = 258;
    internal const int ERROR_NO_MORE_ITEMS = 259;
    internal const int ERROR_DIRECTORY = 267;
    internal const int ERROR_EAS_NOT_SUPPORTED = 282;
    internal const int ERROR_NOT_OWNER = 288;
    internal const int ERROR_OPLOCK_NOT_GRANTED = 300;
    internal const int ERROR_DELETE_PENDING = 303;
    internal const int ERROR_DIRECTORY_NOT_SUPPORTED = 336;
    internal const int ERROR_BLOCK_TOO_MANY_REFERENCES = 347;
    internal const int ERROR_INVALID_ADDRESS = 487;
    internal const int ERROR_PIPE_CONNECTED = 535;
    internal const int ERROR_PIPE_LISTENING = 536;
    internal const int ERROR_FILE_SYSTEM_LIMITATION = 665;
    internal const int ERROR_STOPPED_ON_SYMLINK = 681;
    internal const int ERROR_ABANDONED_WAIT_0 = 735;
    internal const int ERROR_ELEVATION_REQUIRED = 740;
    internal const int ERROR_OPERATION_ABORTED = 995;
    internal const int ERROR_IO_INCOMPLETE = 996;
    internal const int ERROR_IO_PENDING = 997;
    internal const int ERROR_NOACCESS = 998;
    internal const int ERROR_SWAPERROR = 999;
    internal const int ERROR_STACK_OVERFLOW = 1001;
    internal const int ERROR_INVALID_FLAGS = 1004;
    internal const int ERROR_UNRECOGNIZED_VOLUME = 1005;
    internal const int ERROR_FILE_INVALID = 1006;
    internal const int ERROR_CHILD_MUST_BE_VOLATILE = 1021;
    internal const int ERROR_NOTIFY_ENUM_DIR = 1022;
    internal const int ERROR_BEGINNING_OF_MEDIA = 1102;
    internal const int ERROR_SETMARK_DETECTED = 1103;
    internal const int ERROR_NO_DATA_DETECTED = 1104;
    internal const int ERROR_BUS_RESET = 1111;
    internal const int ERROR_NO_MEDIA_IN_DRIVE = 1112;
    internal const int ERROR_NO_UNICODE_TRANSLATION = 1113;
    internal const int ERROR_SHUTDOWN_IN_PROGRESS = 1115;
    internal const int ERROR_IO_DEVICE = 1117;
    internal const int ERROR_EOM_OVERFLOW = 1129;
    internal const int ERROR_POSSIBLE_DEADLOCK = 1131;
    internal const int ERROR_TOO_MANY_LINKS = 1142;
    internal const int ERROR_DEVICE_NOT_CONNECTED = 1167;
    internal const int ERROR_NOT_FOUND = 1168;
    internal const int ERROR_CANCELLED = 1223;
    internal const int ERROR_USER_MAPPED_FILE = 1224;
    internal const int ERROR_CONNECTION_REFUSED = 1225;
    internal const int ERROR_GRACEFUL_DISCONNECT = 1226;
    internal const int ERROR_ADDRESS_ALREADY_ASSOCIATED = 1227;
    internal const int ERROR_ADDRESS_NOT_ASSOCIATED = 1228;
    internal const int ERROR_CONNECTION_INVALID = 1229;
    internal const int ERROR_CONNECTION_ACTIVE = 1230;
    internal const int ERROR_NETWORK_UNREACHABLE = 1231;
    internal const int ERROR_HOST_UNREACHABLE = 1232;
    internal const int ERROR_PROTOCOL_UNREACHABLE = 1233;
    internal const int ERROR_PORT_UNREACHABLE = 1234;
    internal const int ERROR_REQUEST_ABORTED = 1235;
    internal const int ERROR_CONNECTION_ABORTED = 1236;
    internal const int ERROR_RETRY = 1237;
    internal const int ERROR_NOT_AUTHENTICATED = 1244;
    internal const int ERROR_HOST_DOWN = 1256;
    internal const int ERROR_DISK_QUOTA_EXCEEDED = 1295;
    internal const int ERROR_NOT_ALL_ASSIGNED = 1300;
    internal const int ERROR_PRIVILEGE_NOT_HELD = 1314;
    internal const int ERROR_LOGON_FAILURE = 1326;
    internal const int ERROR_FILE_CORRUPT = 1392;
    internal const int ERROR_DISK_CORRUPT = 1393;
    internal const int ERROR_NO_SYSTEM_RESOURCES = 1450;
    internal const int ERROR_WORKING_SET_QUOTA = 1453;
    internal const int ERROR_PAGEFILE_QUOTA = 1454;
    internal const int ERROR_COMMITMENT_LIMIT = 1455;
    internal const int ERROR_TIMEOUT = 1460;
    internal const int ERROR_SYMLINK_CLASS_DISABLED = 1463;
    internal const int ERROR_NOT_ENOUGH_QUOTA = 1816;
    internal const int ERROR_CANT_ACCESS_FILE = 1920;
    internal const int ERROR_CANT_RESOLVE_FILENAME = 1921;
    internal const int ERROR_NOT_A_REPARSE_POINT = 4390;
    internal const int ERROR_REPARSE_TAG_INVALID = 4393;
    internal const int ERROR_VOLUME_NOT_SUPPORT_EFS = 6014;
    internal const int WSAEINTR = 10004;
    internal const int WSAEBADF = 10009;
    internal const int WSAEACCES = 10013;
    internal const int WSAEFAULT = 10014;
    internal const int WSAEINVAL = 10022;
    internal const int WSAEMFILE = 10024;
    internal const int WSAEWOULDBLOCK = 10035;
    internal const int WSAEINPROGRESS = 10036;
    internal const int WSAEALREADY = 10037;
    internal const int WSAENOTSOCK = 10038;
    internal const int WSAEDESTADDRREQ = 10039;
    internal const int WSAEMSGSIZE = 10040;
    internal const int WSAEPROTOTYPE = 10041;
    internal const int WSAENOPROTOOPT = 10042;
    internal const int WSAEPROTONOSUPPORT = 10043;
    internal const int WSAESOCKTNOSUPPORT = 10044;
    internal const int WSAEOPNOTSUPP = 10045;
    internal const int WSAEPFNOSUPPORT = 10046;
    internal const int WSAEAFNOSUPPORT = 10047;
    internal const int WSAEADDRINUSE = 10048;
    internal const int WSAEADDRNOTAVAIL = 10049;
    internal const int WSAENETDOWN = 10050;
    internal const int WSAENETUNREACH = 10051;
    internal const int WSAENETRESET = 10052;
    internal const int WSAECONNABORTED = 10053;
    internal const int WSAECONNRESET = 10054;
    internal const int WSAENOBUFS = 10055;
    internal const int WSAEISCONN = 10056;
    internal const int WSAENOTCONN = 10057;
    internal const int WSAESHUTDOWN = 10058;
    internal const int WSAETOOMANYREFS = 10059;
    internal const int WSAETIMEDOUT = 10060;
    internal const int WSAECONNREFUSED = 10061;
    internal const int WSAELOOP = 10062;
    internal const int WSAENAMETOOLONG = 10063;
    internal const int WSAEHOSTDOWN = 10064;
    internal const int WSAEHOSTUNREACH = 10065;
    internal const int WSAENOTEMPTY = 10066;
    internal const int WSAEPROCLIM = 10067;
    internal const int WSAEUSERS = 10068;
    internal const int WSAEDQUOT = 10069;
    internal const int WSAESTALE = 10070;
    internal const int WSAEREMOTE = 10071;
    internal const int WSASYSNOTREADY = 10091;
    internal const int WSAVERNOTSUPPORTED = 10092;
    internal const int WSANOTINITIALISED = 10093;
    internal const int WSAEDISCON = 10101;
    internal const int WSAECANCELLED = 10103;
    internal const int WSATYPE_NOT_FOUND = 10109;
    internal const int WSAHOST_NOT_FOUND = 11001;
    internal const int WSATRY_AGAIN = 11002;
    internal const int WSANO_RECOVERY = 11003;
    internal const int WSANO_DATA = 11004;

    /// <summary>The kind a code means; <see cref="ErrorKind.Unknown"/> for a code not in the table.</summary>
    internal static ErrorKind KindOf(int code) => code switch
    {
        0 => ErrorKind.None,
        ERROR_INVALID_FUNCTION or ERROR_NOT_SUPPORTED or ERROR_INVALID_LEVEL
            or ERROR_EAS_NOT_SUPPORTED or ERROR_FILE_SYSTEM_LIMITATION or ERROR_UNRECOGNIZED_VOLUME
            or ERROR_VOLUME_NOT_SUPPORT_EFS or WSAEOPNOTSUPP or WSAEREMOTE or WSAVERNOTSUPPORTED => ErrorKind.NotSupported,
        ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND or ERROR_INVALID_DRIVE or ERROR_NO_MORE_FILES
            or ERROR_BAD_NETPATH or ERROR_BAD_NET_NAME or ERROR_MOD_NOT_FOUND
            or ERROR_ENVVAR_NOT_FOUND or ERROR_NO_MORE_ITEMS or ERROR_NOT_FOUND
            or WSATYPE_NOT_FOUND => ErrorKind.NotFound,
        ERROR_TOO_MANY_OPEN_FILES or WSAEMFILE => ErrorKind.TooManyOpenFiles,
        ERROR_ACCESS_DENIED or ERROR_INVALID_ACCESS or ERROR_CURRENT_DIRECTORY
            or ERROR_NETWORK_ACCESS_DENIED or ERROR_CANNOT_MAKE or ERROR_SIGNAL_REFUSED
            or ERROR_NOT_AUTHENTICATED or ERROR_LOGON_FAILURE or ERROR_CANT_ACCESS_FILE
            or WSAEACCES => ErrorKind.PermissionDenied,
        ERROR_INVALID_HANDLE or ERROR_INVALID_TARGET_HANDLE or ERROR_DIRECT_ACCESS_HANDLE
            or WSAEBADF => ErrorKind.InvalidHandle,
        ERROR_ARENA_TRASHED or ERROR_NOT_ENOUGH_MEMORY or ERROR_INVALID_BLOCK or ERROR_OUTOFMEMORY
            or ERROR_STACK_OVERFLOW or ERROR_PAGEFILE_QUOTA or ERROR_COMMITMENT_LIMIT => ErrorKind.OutOfMemory,
        ERROR_BAD_ENVIRONMENT => ErrorKind.ArgumentListTooLong,
        ERROR_BAD_FORMAT or ERROR_CHILD_NOT_COMPLETE or ERROR_INVALID_EXE_SIGNATURE
            or ERROR_EXE_MARKED_INVALID or ERROR_BAD_EXE_FORMAT or ERROR_EXE_MACHINE_TYPE_MISMATCH => ErrorKind.NotExecutable,
        ERROR_INVALID_DATA or ERROR_BAD_LENGTH or ERROR_INVALID_PARAMETER or ERROR_NEGATIVE_SEEK
            or ERROR_CANCEL_VIOLATION or ERROR_EA_LIST_INCONSISTENT or ERROR_INVALID_FLAGS
            or ERROR_FILE_INVALID or ERROR_CHILD_MUST_BE_VOLATILE or ERROR_NOT_A_REPARSE_POINT
            or ERROR_REPARSE_TAG_INVALID or WSAEINVAL or WSANOTINITIALISED => ErrorKind.InvalidArgument,
        ERROR_NOT_SAME_DEVICE => ErrorKind.CrossesDevices,
        ERROR_WRITE_PROTECT => ErrorKind.ReadOnlyFileSystem,
        ERROR_BAD_UNIT or ERROR_NOT_READY or ERROR_WRONG_DISK or ERROR_DEV_NOT_EXIST
            or ERROR_NO_MEDIA_IN_DRIVE or ERROR_DEVICE_NOT_CONNECTED => ErrorKind.NoDevice,
        ERROR_BAD_COMMAND or ERROR_SEEK or ERROR_NOT_DOS_DISK or ERROR_SECTOR_NOT_FOUND
            or ERROR_WRITE_FAULT or ERROR_READ_FAULT or ERROR_GEN_FAILURE or ERROR_OPEN_FAILED
            or ERROR_SWAPERROR or ERROR_BEGINNING_OF_MEDIA or ERROR_SETMARK_DETECTED
            or ERROR_BUS_RESET or ERROR_IO_DEVICE or WSANO_RECOVERY => ErrorKind.IoError,
        ERROR_CRC or ERROR_FILE_CORRUPT or ERROR_DISK_CORRUPT => ErrorKind.Corrupted,
        ERROR_SHARING_VIOLATION => ErrorKind.SharingViolation,
        ERROR_LOCK_VIOLATION or ERROR_LOCK_FAILED or ERROR_OPLOCK_NOT_GRANTED => ErrorKind.LockBusy,
        ERROR_SHARING_BUFFER_EXCEEDED or ERROR_NO_PROC_SLOTS or ERROR_NESTING_NOT_ALLOWED
            or ERROR_NO_SYSTEM_RESOURCES or ERROR_WORKING_SET_QUOTA or ERROR_NOT_ENOUGH_QUOTA
            or WSAETOOMANYREFS or WSAEPROCLIM or WSAEUSERS => ErrorKind.ResourceLimit,
        ERROR_HANDLE_EOF or ERROR_NO_DATA_DETECTED or ERROR_GRACEFUL_DISCONNECT or WSAEDISCON => ErrorKind.EndOfFile,
        ERROR_HANDLE_DISK_FULL or ERROR_DISK_FULL or ERROR_EOM_OVERFLOW => ErrorKind.NoSpace,
        ERROR_REM_NOT_LIST or ERROR_HOST_UNREACHABLE or ERROR_PROTOCOL_UNREACHABLE
            or ERROR_HOST_DOWN or WSAEHOSTDOWN or WSAEHOSTUNREACH => ErrorKind.HostUnreachable,
        ERROR_NETWORK_BUSY or ERROR_DRIVE_LOCKED or ERROR_BUSY or ERROR_PIPE_BUSY
            or ERROR_DELETE_PENDING or ERROR_USER_MAPPED_FILE => ErrorKind.Busy,
        ERROR_UNEXP_NET_ERR or WSAENETDOWN or WSAENETRESET or WSASYSNOTREADY => ErrorKind.NetworkDown,
        ERROR_NETNAME_DELETED or WSAECONNRESET => ErrorKind.ConnectionReset,
        ERROR_FILE_EXISTS or ERROR_ALREADY_EXISTS => ErrorKind.AlreadyExists,
        ERROR_BROKEN_PIPE or ERROR_BAD_PIPE or ERROR_NO_DATA or ERROR_PIPE_NOT_CONNECTED => ErrorKind.BrokenPipe,
        ERROR_BUFFER_OVERFLOW or ERROR_FILENAME_EXCED_RANGE or WSAENAMETOOLONG => ErrorKind.NameTooLong,
        ERROR_CALL_NOT_IMPLEMENTED or ERROR_PROC_NOT_FOUND => ErrorKind.NotImplemented,
        ERROR_SEM_TIMEOUT or WAIT_TIMEOUT or ERROR_TIMEOUT or WSAETIMEDOUT => ErrorKind.TimedOut,
        ERROR_INSUFFICIENT_BUFFER => ErrorKind.OutOfRange,
        ERROR_INVALID_NAME or ERROR_BAD_PATHNAME or ERROR_NO_UNICODE_TRANSLATION => ErrorKind.InvalidName,
        ERROR_WAIT_NO_CHILDREN => ErrorKind.NoChildProcess,
        ERROR_SEEK_ON_DEVICE => ErrorKind.NotSeekable,
        ERROR_DIR_NOT_EMPTY or WSAENOTEMPTY => ErrorKind.DirectoryNotEmpty,
        ERROR_FILE_TOO_LARGE => ErrorKind.FileTooLarge,
        ERROR_MORE_DATA or WSAEMSGSIZE => ErrorKind.MessageTooLong,
        ERROR_DIRECTORY => ErrorKind.NotDirectory,
        ERROR_NOT_OWNER or ERROR_ELEVATION_REQUIRED or ERROR_NOT_ALL_ASSIGNED
            or ERROR_PRIVILEGE_NOT_HELD or ERROR_SYMLINK_CLASS_DISABLED => ErrorKind.NotPermitted,
        ERROR_DIRECTORY_NOT_SUPPORTED => ErrorKind.IsDirectory,
        ERROR_BLOCK_TOO_MANY_REFERENCES or ERROR_TOO_MANY_LINKS => ErrorKind.TooManyLinks,
        ERROR_INVALID_ADDRESS or ERROR_NOACCESS or WSAEFAULT => ErrorKind.BadAddress,
        ERROR_PIPE_CONNECTED or ERROR_CONNECTION_ACTIVE or WSAEISCONN => ErrorKind.AlreadyConnected,
        ERROR_PIPE_LISTENING or ERROR_RETRY or WSAEWOULDBLOCK or WSATRY_AGAIN => ErrorKind.WouldBlock,
        ERROR_STOPPED_ON_SYMLINK or ERROR_CANT_RESOLVE_FILENAME or WSAELOOP => ErrorKind.SymbolicLinkLoop,
        ERROR_ABANDONED_WAIT_0 => ErrorKind.OwnerDied,
        ERROR_OPERATION_ABORTED or ERROR_CANCELLED or ERROR_REQUEST_ABORTED or WSAECANCELLED => ErrorKind.Canceled,
        ERROR_IO_INCOMPLETE or ERROR_IO_PENDING or WSAEINPROGRESS => ErrorKind.InProgress,
        ERROR_SHUTDOWN_IN_PROGRESS or WSAESHUTDOWN => ErrorKind.Shutdown,
        ERROR_POSSIBLE_DEADLOCK => ErrorKind.Deadlock,
        ERROR_CONNECTION_REFUSED or ERROR_PORT_UNREACHABLE or WSAECONNREFUSED => ErrorKind.ConnectionRefused,
        ERROR_ADDRESS_ALREADY_ASSOCIATED or WSAEADDRINUSE => ErrorKind.AddressInUse,
        ERROR_ADDRESS_NOT_ASSOCIATED or WSAEADDRNOTAVAIL => ErrorKind.AddressNotAvailable,
        ERROR_CONNECTION_INVALID or WSAENOTCONN => ErrorKind.NotConnected,
        ERROR_NETWORK_UNREACHABLE or WSAENETUNREACH => ErrorKind.NetworkUnreachable,
        ERROR_CONNECTION_ABORTED or WSAECONNABORTED => ErrorKind.ConnectionAborted,
        ERROR_DISK_QUOTA_EXCEEDED or WSAEDQUOT => ErrorKind.QuotaExceeded,
        ERROR_NOTIFY_ENUM_DIR => ErrorKind.Overflow,
        WSAEINTR => ErrorKind.Interrupted,
        WSAEALREADY => ErrorKind.AlreadyInProgress,
        WSAENOTSOCK => ErrorKind.NotSocket,
        WSAEDESTADDRREQ => ErrorKind.DestinationRequired,
        WSAEPROTOTYPE => ErrorKind.ProtocolError,
        WSAENOPROTOOPT or WSAEPROTONOSUPPORT or WSAESOCKTNOSUPPORT => ErrorKind.ProtocolNotSupported,
        WSAEPFNOSUPPORT or WSAEAFNOSUPPORT => ErrorKind.AddressFamilyNotSupported,
        WSAENOBUFS => ErrorKind.NoBufferSpace,
        WSAESTALE => ErrorKind.StaleHandle,
        WSAHOST_NOT_FOUND or WSANO_DATA => ErrorKind.HostNotFound,
        _ => ErrorKind.Unknown,
    };

    private static readonly ErrorNames s_names = new(typeof(Win32Errors));

    /// <summary>The symbolic name of a code, or null.</summary>
    internal static string? NameOf(int code) => s_names.Of(code);

    /// <summary>The code that stands for a kind when Gabbro itself detects the condition.</summary>
    internal static int CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.None => 0,
        ErrorKind.NotSupported => ERROR_NOT_SUPPORTED,
        ErrorKind.NotFound => ERROR_FILE_NOT_FOUND,
        ErrorKind.TooManyOpenFiles => ERROR_TOO_MANY_OPEN_FILES,
        ErrorKind.PermissionDenied => ERROR_ACCESS_DENIED,
        ErrorKind.InvalidHandle => ERROR_INVALID_HANDLE,
        ErrorKind.OutOfMemory => ERROR_NOT_ENOUGH_MEMORY,
        ErrorKind.ArgumentListTooLong => ERROR_BAD_ENVIRONMENT,
        ErrorKind.NotExecutable => ERROR_BAD_EXE_FORMAT,
        ErrorKind.InvalidArgument => ERROR_INVALID_PARAMETER,
        ErrorKind.CrossesDevices => ERROR_NOT_SAME_DEVICE,
        ErrorKind.ReadOnlyFileSystem => ERROR_WRITE_PROTECT,
        ErrorKind.NoDevice => ERROR_DEV_NOT_EXIST,
        ErrorKind.IoError => ERROR_IO_DEVICE,
        ErrorKind.Corrupted => ERROR_FILE_CORRUPT,
        ErrorKind.SharingViolation => ERROR_SHARING_VIOLATION,
        ErrorKind.LockBusy => ERROR_LOCK_VIOLATION,
        ErrorKind.ResourceLimit => ERROR_NO_SYSTEM_RESOURCES,
        ErrorKind.EndOfFile => ERROR_HANDLE_EOF,
        ErrorKind.NoSpace => ERROR_DISK_FULL,
        ErrorKind.HostUnreachable => WSAEHOSTUNREACH,
        ErrorKind.Busy => ERROR_BUSY,
        ErrorKind.NetworkDown => WSAENETDOWN,
        ErrorKind.ConnectionReset => ERROR_NETNAME_DELETED,
        ErrorKind.AlreadyExists => ERROR_ALREADY_EXISTS,
        ErrorKind.BrokenPipe => ERROR_BROKEN_PIPE,
        ErrorKind.NameTooLong => ERROR_FILENAME_EXCED_RANGE,
        ErrorKind.NotImplemented => ERROR_CALL_NOT_IMPLEMENTED,
        ErrorKind.TimedOut => ERROR_TIMEOUT,
        ErrorKind.OutOfRange => ERROR_INSUFFICIENT_BUFFER,
        ErrorKind.InvalidName => ERROR_INVALID_NAME,
        ErrorKind.NoChildProcess => ERROR_WAIT_NO_CHILDREN,
        ErrorKind.NotSeekable => ERROR_SEEK_ON_DEVICE,
        ErrorKind.DirectoryNotEmpty => ERROR_DIR_NOT_EMPTY,
        ErrorKind.FileTooLarge => ERROR_FILE_TOO_LARGE,
        ErrorKind.MessageTooLong => ERROR_MORE_DATA,
        ErrorKind.NotDirectory => ERROR_DIRECTORY,
        ErrorKind.NotPermitted => ERROR_PRIVILEGE_NOT_HELD,
        ErrorKind.IsDirectory => ERROR_DIRECTORY_NOT_SUPPORTED,
        ErrorKind.TooManyLinks => ERROR_BLOCK_TOO_MANY_REFERENCES,
        ErrorKind.BadAddress => ERROR_INVALID_ADDRESS,
        ErrorKind.AlreadyConnected => ERROR_PIPE_CONNECTED,
        ErrorKind.WouldBlock => WSAEWOULDBLOCK,
        ErrorKind.SymbolicLinkLoop => ERROR_CANT_RESOLVE_FILENAME,
        ErrorKind.OwnerDied => ERROR_ABANDONED_WAIT_0,
        ErrorKind.Canceled => ERROR_OPERATION_ABORTED,
        ErrorKind.InProgress => ERROR_IO_PENDING,
        ErrorKind.Shutdown => ERROR_SHUTDOWN_IN_PROGRESS,
        ErrorKind.Deadlock => ERROR_POSSIBLE_DEADLOCK,
        ErrorKind.ConnectionRefused => ERROR_CONNECTION_REFUSED,
        ErrorKind.AddressInUse => ERROR_ADDRESS_ALREADY_ASSOCIATED,
        ErrorKind.AddressNotAvailable => ERROR_ADDRESS_NOT_ASSOCIATED,
        ErrorKind.NotConnected => ERROR_CONNECTION_INVALID,
        ErrorKind.NetworkUnreachable => ERROR_NETWORK_UNREACHABLE,
        ErrorKind.ConnectionAborted => ERROR_CONNECTION_ABORTED,
        ErrorKind.QuotaExceeded => ERROR_DISK_QUOTA_EXCEEDED,
        ErrorKind.Interrupted => WSAEINTR,
        ErrorKind.AlreadyInProgress => WSAEALREADY,
        ErrorKind.NotSocket => WSAENOTSOCK,
        ErrorKind.DestinationRequired => WSAEDESTADDRREQ,
        ErrorKind.ProtocolError => WSAEPROTOTYPE,
        ErrorKind.ProtocolNotSupported => WSAENOPROTOOPT,
        ErrorKind.AddressFamilyNotSupported => WSAEPFNOSUPPORT,
        ErrorKind.NoBufferSpace => WSAENOBUFS,
        ErrorKind.StaleHandle => WSAESTALE,
        ErrorKind.HostNotFound => WSAHOST_NOT_FOUND,
        _ => ERROR_GEN_FAILURE,
    };
}
