using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Tests.Native;

/// <summary>
/// Stands for Darwin under the code of one thread: takes calls with Darwin's flags and layouts, checks them, does them on
/// the Linux below, and answers with Darwin's errors and layouts. Calls that are the same on both go through.
/// </summary>
internal sealed unsafe class FakeDarwin : INativeInterceptor, IDisposable
{
    private static readonly Dictionary<int, int> s_errno = new()
    {
        [LinuxErrors.EAGAIN] = DarwinErrors.EAGAIN,
        [LinuxErrors.ENOTEMPTY] = DarwinErrors.ENOTEMPTY,
        [LinuxErrors.ELOOP] = DarwinErrors.ELOOP,
        [LinuxErrors.ENAMETOOLONG] = DarwinErrors.ENAMETOOLONG,
        [LinuxErrors.ENOSYS] = DarwinErrors.ENOSYS,
    };

    private readonly List<string> _calls = [];
    private readonly bool _hasFileLocks;
    private readonly List<byte[]> _listing = [];
    private readonly byte* _entry = (byte*)NativeMemory.AllocZeroed(2048);
    private int _next;

    internal FakeDarwin(bool hasFileLocks)
    {
        _hasFileLocks = hasFileLocks;
        NativeSeam.Interceptor = this;
        NativeSeam.ActsForDarwin = true;
    }

    internal IReadOnlyList<string> Calls => _calls;

    public void Dispose()
    {
        NativeSeam.ActsForDarwin = false;
        NativeSeam.Interceptor = null;
        NativeMemory.Free(_entry);
    }

    public NativeOutcome Intercept(string call, ReadOnlySpan<nint> arguments, ref nuint count)
    {
        NativeSeam.ActsForDarwin = false;
        NativeSeam.Interceptor = null;
        try
        {
            _calls.Add(call);
            return Answer(call, arguments);
        }
        finally
        {
            NativeSeam.Interceptor = this;
            NativeSeam.ActsForDarwin = true;
        }
    }

    private NativeOutcome Answer(string call, ReadOnlySpan<nint> arguments)
    {
        switch (call)
        {
            case "openat":
                int flags = Translate((int)arguments[2]);
                return Result(Fcntl.openat(Directory(arguments[0]), (byte*)arguments[1], flags, (uint)arguments[3]));
            case "unlinkat":
                int remove = (int)arguments[2];
                Assert.That(remove, Is.EqualTo(0).Or.EqualTo(DarwinFcntl.AT_REMOVEDIR));
                return Result(Unistd.unlinkat(
                    Directory(arguments[0]), (byte*)arguments[1], remove == 0 ? 0 : LinuxFcntl.AT_REMOVEDIR));
            case "mkdirat":
                return Result(SysStat.mkdirat(Directory(arguments[0]), (byte*)arguments[1], (uint)arguments[2]));
            case "renameat":
                return Result(SysStat.renameat(
                    Directory(arguments[0]), (byte*)arguments[1], Directory(arguments[2]), (byte*)arguments[3]));
            case "renameatx_np":
                Assert.That(arguments[4], Is.EqualTo((nint)DarwinFcntl.RENAME_EXCL).Or.EqualTo((nint)DarwinFcntl.RENAME_SWAP));
                return Result((int)Syscall.Invoke(
                    "renameat2", SyscallNumbers.renameat2, Directory(arguments[0]), arguments[1], Directory(arguments[2]),
                    arguments[3], arguments[4] == (nint)DarwinFcntl.RENAME_SWAP ? 2 : 1));
            case "fstat":
                NativeError error = LinuxStatus.Get((int)arguments[0], out FileStatus status);
                return Fill((DarwinStat*)arguments[1], status, error);
            case "fstatat":
                bool follow = (arguments[3] & DarwinFcntl.AT_SYMLINK_NOFOLLOW) == 0;
                error = LinuxStatus.Get(Directory(arguments[0]), (byte*)arguments[1], follow, out status);
                return Fill((DarwinStat*)arguments[2], status, error);
            case "fcntl":
                return Control((int)arguments[0], (int)arguments[1], arguments[2]);
            case "getentropy":
                Assert.That(arguments[1], Is.LessThanOrEqualTo((nint)256));
                new Span<byte>((void*)arguments[0], (int)arguments[1]).Fill(0xA5);
                return NativeOutcome.Return(0);
            case "__ulock_wait":
                Assert.That(arguments[0] & (nint)DarwinFutex.ULF_NO_ERRNO, Is.Not.Zero);
                return NativeOutcome.Return(-DarwinErrors.ETIMEDOUT);
            case "__ulock_wake":
                return NativeOutcome.Return(-DarwinErrors.ENOENT);
            case "fdopendir":
                return OpenListing((int)arguments[0]);
            case "readdir":
                return NativeOutcome.Return((nint)NextEntry());
            case "closedir":
                return NativeOutcome.Return(0);
            case "sysconf":
                return NativeOutcome.Return(Environment.SystemPageSize);
            case "mmap":
                int mapping = (int)arguments[3];
                int linux = (mapping & 0x1F) | ((mapping & DarwinMman.MAP_ANON) != 0 ? LinuxMman.MAP_ANONYMOUS : 0)
                    | ((mapping & DarwinMman.MAP_NORESERVE) != 0 ? LinuxMman.MAP_NORESERVE : 0);
                return NativeOutcome.Return((nint)Mman.mmap(
                    (void*)arguments[0], (nuint)arguments[1], (int)arguments[2], linux, (int)arguments[4], arguments[5]));
            case "msync":
                return Result(Mman.msync((void*)arguments[0], (nuint)arguments[1], LinuxMman.MS_SYNC));
            default:
                return NativeOutcome.Proceed;
        }
    }

    private static int Directory(nint fd) => fd == DarwinFcntl.AT_FDCWD ? LinuxFcntl.AT_FDCWD : (int)fd;

    private static NativeOutcome Result(int result)
    {
        int errno = Marshal.GetLastSystemError();
        return result >= 0
            ? NativeOutcome.Return(result)
            : NativeOutcome.Fail(s_errno.TryGetValue(errno, out int darwin) ? darwin : errno);
    }

    private static int Translate(int flags)
    {
        Assert.That(flags & DarwinFcntl.O_CLOEXEC, Is.Not.Zero);
        int linux = flags & 3;
        (int Darwin, int Linux)[] bits =
        [
            (DarwinFcntl.O_CREAT, LinuxFcntl.O_CREAT), (DarwinFcntl.O_EXCL, LinuxFcntl.O_EXCL),
            (DarwinFcntl.O_TRUNC, LinuxFcntl.O_TRUNC), (DarwinFcntl.O_APPEND, LinuxFcntl.O_APPEND),
            (DarwinFcntl.O_NOFOLLOW, LinuxOpenFlags.O_NOFOLLOW), (DarwinFcntl.O_DIRECTORY, LinuxOpenFlags.O_DIRECTORY),
            (DarwinFcntl.O_CLOEXEC, LinuxFcntl.O_CLOEXEC), (DarwinFcntl.O_NOCTTY, LinuxFcntl.O_NOCTTY),
            (DarwinFcntl.O_SYNC, LinuxFcntl.O_SYNC), (DarwinFcntl.O_DSYNC, LinuxFcntl.O_DSYNC),
            (DarwinFcntl.O_NONBLOCK, LinuxFcntl.O_NONBLOCK),
        ];
        int known = 3;
        foreach ((int darwin, int native) in bits)
        {
            known |= darwin;
            linux |= (flags & darwin) != 0 ? native : 0;
        }
        Assert.That(flags & ~known, Is.Zero, "a flag Darwin does not have");
        return linux;
    }

    private NativeOutcome Control(int fd, int command, nint argument)
    {
        switch (command)
        {
            case DarwinFcntl.F_DUPFD_CLOEXEC:
                return Result(Fcntl.fcntl(fd, LinuxFcntl.F_DUPFD_CLOEXEC, 0));
            case DarwinFcntl.F_FULLFSYNC or DarwinFcntl.F_BARRIERFSYNC:
                _calls.Add(command == DarwinFcntl.F_FULLFSYNC ? "F_FULLFSYNC" : "F_BARRIERFSYNC");
                return Result(Unistd.fsync(fd));
            case DarwinFcntl.F_OFD_SETLK or DarwinFcntl.F_OFD_SETLKW or DarwinFcntl.F_OFD_GETLK when !_hasFileLocks:
                return NativeOutcome.Fail(DarwinErrors.EINVAL);
            case DarwinFcntl.F_OFD_SETLK or DarwinFcntl.F_OFD_SETLKW or DarwinFcntl.F_OFD_GETLK:
                return LinuxLock(fd, LinuxFcntl.F_OFD_GETLK + ((command - DarwinFcntl.F_OFD_SETLK + 1) % 3), (DarwinFlock*)argument);
            case DarwinFcntl.F_GETLK:
                ((DarwinFlock*)argument)->l_type = DarwinFcntl.F_UNLCK;
                return NativeOutcome.Return(0);
            case DarwinFcntl.F_SETLK:
                // Record locks never exclude the process itself.
                return NativeOutcome.Return(0);
            default:
                Assert.Fail($"fcntl {command}");
                return default;
        }
    }

    private static NativeOutcome LinuxLock(int fd, int command, DarwinFlock* request)
    {
        short[] types = [LinuxFcntl.F_RDLCK, LinuxFcntl.F_UNLCK, LinuxFcntl.F_WRLCK];
        LinuxFlock native = new()
        {
            l_type = types[request->l_type - 1],
            l_whence = request->l_whence,
            l_start = request->l_start,
            l_len = request->l_len,
        };
        NativeOutcome outcome = Result(Fcntl.fcntl(fd, command, (nint)(&native)));
        request->l_type = (short)(Array.IndexOf(types, native.l_type) + 1);
        request->l_start = native.l_start;
        request->l_len = native.l_len;
        request->l_pid = native.l_pid;
        return outcome;
    }

    private static NativeOutcome Fill(DarwinStat* target, in FileStatus status, NativeError error)
    {
        if (error.IsError)
            return NativeOutcome.Fail(s_errno.TryGetValue(error.Code, out int darwin) ? darwin : error.Code);
        int type = status.Type == FileType.Directory ? UnixMode.S_IFDIR
            : status.Type == FileType.SymbolicLink ? UnixMode.S_IFLNK : UnixMode.S_IFREG;
        *target = new DarwinStat
        {
            st_dev = (int)status.Device,
            st_mode = (ushort)(type | (int)status.Permissions),
            st_nlink = (ushort)status.LinkCount,
            st_ino = (ulong)status.FileId,
            st_size = status.Length,
            st_blocks = status.AllocatedLength / 512,
            st_blksize = status.BlockSize,
            st_mtimespec = new() { tv_sec = status.ModificationTime.Seconds, tv_nsec = status.ModificationTime.Nanoseconds },
        };
        return NativeOutcome.Return(0);
    }

    private NativeOutcome OpenListing(int fd)
    {
        _listing.Clear();
        _next = 0;
        foreach (string path in System.IO.Directory.GetFileSystemEntries($"/proc/self/fd/{fd}"))
            _listing.Add(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)));
        _listing.Insert(0, "."u8.ToArray());
        _ = Unistd.close(fd);
        return NativeOutcome.Return(1);
    }

    private byte* NextEntry()
    {
        if (_next == _listing.Count)
            return null;
        byte[] name = _listing[_next++];
        DarwinDirent* entry = (DarwinDirent*)_entry;
        entry->d_ino = (ulong)_next;
        entry->d_namlen = (ushort)name.Length;
        entry->d_type = 8;
        name.CopyTo(new Span<byte>(_entry + DarwinDirent.NameOffset, 1024));
        _entry[DarwinDirent.NameOffset + name.Length] = 0;
        return _entry;
    }
}
