using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Abi;

/// <summary>
/// Which declaration stands for what in C. A test fails for a declaration that is not listed here.
/// </summary>
internal static class AbiEntries
{
    internal static void Describe(AbiCatalog catalog)
    {
        if (catalog.IsLinux)
            Linux(catalog);
        else if (catalog.IsMac)
            Mac(catalog);
        else
            Windows(catalog);
    }

    private static void Linux(AbiCatalog catalog)
    {
        Unix(catalog);
        catalog.Struct<Statx>("struct statx", "linux/stat.h");
        catalog.Struct<StatxTimestamp>("struct statx_timestamp", "linux/stat.h");
        catalog.Struct<LinuxFlock>("struct flock", "fcntl.h");
        catalog.Struct<OpenHow>("struct open_how", "linux/openat2.h");
        catalog.Struct<LinuxMessageHeader>("struct msghdr", "sys/socket.h");
        catalog.Struct<LinuxMultiMessageHeader>("struct mmsghdr", "sys/socket.h");
        catalog.Struct<LinuxDirent>("struct dirent64", "dirent.h", open: true);
        catalog.Struct<IoUringParameters>("struct io_uring_params", "linux/io_uring.h");
        catalog.Struct<IoSqringOffsets>("struct io_sqring_offsets", "linux/io_uring.h");
        catalog.Struct<IoCqringOffsets>("struct io_cqring_offsets", "linux/io_uring.h");
        catalog.Struct<IoUringBuffer>("struct io_uring_buf", "linux/io_uring.h");
        // Its flags are padding in headers before Linux 6.4.
        catalog.Struct<IoUringBufferRegistration>(
            "struct io_uring_buf_reg", "linux/io_uring.h", cName: field => field == "flags" ? null : field);
        catalog.Struct<IoUringFilesUpdate>("struct io_uring_files_update", "linux/io_uring.h");
        // The word is padding in headers before Linux 6.12.
        catalog.Struct<IoUringGeteventsArgument>(
            "struct io_uring_getevents_arg", "linux/io_uring.h", cName: field => field == "min_wait_usec" ? null : field);
        catalog.Struct<CloneArguments>("struct clone_args", "linux/sched.h");
        catalog.Struct<InotifyEvent>("struct inotify_event", "sys/inotify.h");
        catalog.Struct<AddressInfo>("struct addrinfo", "netdb.h", cName: field => AddressField(field, "ai_addr", "ai_canonname"));
        catalog.ConstantsOf(typeof(LinuxErrors), "errno.h");
        catalog.ConstantsOf(typeof(CloneArguments), "linux/sched.h");
        catalog.ConstantsOf(typeof(SysInotify), "sys/inotify.h");
        catalog.ConstantsOf(typeof(UnixMirror), "sys/mman.h");
        catalog.ConstantsOf(typeof(MappingGuard), "signal.h");
        catalog.ConstantsOf(typeof(ProcessSyscalls), "sys/syscall.h", "SYS_", anyName: true);
        catalog.ConstantsOf(typeof(LinuxFcntl), "fcntl.h");
        catalog.ConstantsOf(typeof(LinuxMman), "sys/mman.h");
        catalog.ConstantsOf(typeof(LinuxFutex), "linux/futex.h");
        catalog.ConstantsOf(typeof(Statx), "linux/stat.h");
        catalog.ConstantsOf(typeof(OpenHow), "linux/openat2.h");
        catalog.ConstantsOf(typeof(Sched), "sched.h");
        catalog.ConstantsOf(typeof(SysEpoll), "sys/epoll.h");
        catalog.ConstantsOf(typeof(IoUring), "linux/io_uring.h");
        catalog.ConstantsOf(typeof(LinuxSocket), "sys/socket.h");
        catalog.ConstantsOf(typeof(SyscallNumbers), "sys/syscall.h", "SYS_", anyName: true);
        if (catalog.IsArm64)
        {
            catalog.Struct<StatArm64>("struct stat", "sys/stat.h");
            catalog.Struct<EpollEventArm64>("struct epoll_event", "sys/epoll.h");
            catalog.ConstantsOf(typeof(LinuxOpenFlags.Arm64), "fcntl.h");
            catalog.ConstantsOf(typeof(SyscallNumbers.Arm64), "sys/syscall.h", "SYS_", anyName: true);
        }
        else
        {
            catalog.Struct<StatX64>("struct stat", "sys/stat.h");
            catalog.Struct<EpollEventX64>("struct epoll_event", "sys/epoll.h");
            catalog.ConstantsOf(typeof(LinuxOpenFlags.X64), "fcntl.h");
            catalog.ConstantsOf(typeof(SyscallNumbers.X64), "sys/syscall.h", "SYS_", anyName: true);
            catalog.ConstantsOf(typeof(ProcessSyscalls.X64), "sys/syscall.h", "SYS_", anyName: true);
        }
    }

    private static void Mac(AbiCatalog catalog)
    {
        Unix(catalog);
        catalog.Struct<DarwinStat>("struct stat", "sys/stat.h");
        catalog.Struct<DarwinFlock>("struct flock", "fcntl.h");
        catalog.Struct<DarwinDirent>("struct dirent", "dirent.h", open: true);
        catalog.Struct<DarwinMessageHeader>("struct msghdr", "sys/socket.h");
        catalog.Struct<Kevent>("struct kevent", "sys/event.h");
        catalog.Struct<FStore>("struct fstore", "fcntl.h");
        catalog.Struct<Native.Darwin.PunchHole>("struct fpunchhole", "fcntl.h");
        catalog.Struct<RadVisory>("struct radvisory", "fcntl.h");
        catalog.Struct<AddressInfo>("struct addrinfo", "netdb.h", cName: field => AddressField(field, "ai_canonname", "ai_addr"));
        catalog.ConstantsOf(typeof(DarwinErrors), "errno.h");
        catalog.ConstantsOf(typeof(DarwinFcntl), "fcntl.h");
        catalog.ConstantsOf(typeof(DarwinMman), "sys/mman.h");
        catalog.ConstantsOf(typeof(DarwinFutex), "sys/ulock.h");
        catalog.ConstantsOf(typeof(DarwinTimer), "sys/event.h");
        catalog.ConstantsOf(typeof(FStore), "fcntl.h");
        catalog.ConstantsOf(typeof(SysEvent), "sys/event.h");
        catalog.ConstantsOf(typeof(DarwinSocket), "sys/socket.h");
    }

    private static void Unix(AbiCatalog catalog)
    {
        catalog.Struct<Timespec>("struct timespec", "time.h");
        catalog.Struct<PollDescriptor>("struct pollfd", "poll.h");
        catalog.ConstantsOf(typeof(Unistd), "unistd.h");
        catalog.ConstantsOf(typeof(Mman), "sys/mman.h");
        catalog.ConstantsOf(typeof(UnixMode), "sys/stat.h");
        catalog.ConstantsOf(typeof(SysPoll), "poll.h");
        catalog.ConstantsOf(typeof(SysXattr), "sys/xattr.h");
        catalog.ConstantsOf(typeof(CTime), "time.h");
        catalog.ConstantsOf(typeof(UnixPipe), "fcntl.h");
    }

    private static void Windows(AbiCatalog catalog)
    {
        catalog.Struct<Native.Windows.Overlapped>("OVERLAPPED", "windows.h");
        catalog.Struct<OverlappedEntry>("OVERLAPPED_ENTRY", "windows.h");
        catalog.Struct<SystemInfo>("SYSTEM_INFO", "windows.h");
        catalog.Struct<ByHandleFileInformation>("BY_HANDLE_FILE_INFORMATION", "windows.h");
        catalog.Struct<FileBasicInfo>("FILE_BASIC_INFO", "windows.h");
        catalog.Struct<FileStandardInfo>("FILE_STANDARD_INFO", "windows.h");
        catalog.Struct<FileStorageInfo>("FILE_STORAGE_INFO", "windows.h");
        catalog.Struct<GroupAffinity>("GROUP_AFFINITY", "windows.h");
        catalog.Struct<ProcessorNumber>("PROCESSOR_NUMBER", "windows.h");
        catalog.Struct<UnicodeString>("UNICODE_STRING", "winternl.h");
        catalog.Struct<ObjectAttributes>("OBJECT_ATTRIBUTES", "winternl.h");
        catalog.Struct<IoStatusBlock>("IO_STATUS_BLOCK", "winternl.h");
        catalog.Struct<WsaBuffer>("WSABUF", "winsock2.h");
        catalog.Struct<WsaMessage>("WSAMSG", "winsock2.h");
        catalog.Struct<WindowsAddressInfo>("ADDRINFOW", "ws2tcpip.h");
        catalog.Struct<StartupInfo>(
            "STARTUPINFOEXW", "windows.h", cName: field => field == "lpAttributeList" ? field : "StartupInfo." + field);
        catalog.Struct<ProcessInformation>("PROCESS_INFORMATION", "windows.h");
        catalog.Struct<JobExtendedLimits>("JOBOBJECT_EXTENDED_LIMIT_INFORMATION", "windows.h", cName: JobField);
        catalog.Struct<FileNotifyInformation>("FILE_NOTIFY_INFORMATION", "windows.h", open: true);
        catalog.Struct<FileIdInfo>("FILE_ID_INFO", "windows.h", cName: field => field switch
        {
            // Sixteen bytes there, two words here.
            "FileIdLow" or "FileIdHigh" => null,
            _ => field,
        });
        catalog.Struct<FileIdFullDirInformation>("FILE_ID_FULL_DIR_INFORMATION", "winternl.h", open: true);
        catalog.ConstantsOf(typeof(ChangeApi), "windows.h");
        catalog.ConstantsOf(typeof(ProcessThreadsApi), "windows.h");
        catalog.ConstantsOf(typeof(NtAfd), "winternl.h");
        catalog.ConstantsOf(typeof(Kernel32), "windows.h");
        catalog.ConstantsOf(typeof(ThreadApi), "windows.h");
        catalog.ConstantsOf(typeof(TimeApi), "windows.h");
        catalog.ConstantsOf(typeof(Ntdll), "winternl.h");
        catalog.ConstantsOf(typeof(Bcrypt), "bcrypt.h");
        catalog.ConstantsOf(typeof(WindowsFiles), "windows.h");
        catalog.ConstantsOf(typeof(ObjectAttributes), "winternl.h");
        catalog.ConstantsOf(typeof(FileInformation), "windows.h", anyName: true);
        catalog.ConstantsOf(typeof(Win32Errors), "windows.h");
        catalog.ConstantsOf(typeof(NtStatusErrors), "ntstatus.h");
        catalog.ConstantsOf(typeof(WinSocket), "ws2tcpip.h");
    }

    private static string AddressField(string field, string first, string second) =>
        field switch { "first" => first, "second" => second, _ => field };

    private static string? JobField(string field) => field switch
    {
        "IoInfo" or "ProcessMemoryLimit" or "JobMemoryLimit" or "PeakProcessMemoryUsed" or "PeakJobMemoryUsed" => field,
        _ => "BasicLimitInformation." + field,
    };
}
