using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>File operations over descriptors, for Linux and Darwin. Each retries after EINTR where that is safe.</summary>
internal static unsafe class UnixFiles
{
    internal static int CurrentDirectory => Host.IsDarwin ? DarwinFcntl.AT_FDCWD : LinuxFcntl.AT_FDCWD;

    internal static int NoFollow => Host.IsDarwin ? DarwinFcntl.AT_SYMLINK_NOFOLLOW : LinuxFcntl.AT_SYMLINK_NOFOLLOW;

    internal static NativeError Open(int directory, ReadOnlySpan<byte> path, in FileOpenOptions options, out int fd)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        fd = -1;
        if ((options.Flags & FileOpenFlags.DeleteOnClose) != 0)
            return NativeError.Of(ErrorKind.NotSupported);
        if (Host.IsDarwin && options.Creation == FileCreation.Unnamed)
            return NativeError.Of(ErrorKind.NotSupported);
        int flags = Host.IsDarwin ? DarwinFcntl.Of(options) : LinuxOpenFlags.Of(options);
        uint mode = options.Permissions is { } wanted ? (uint)wanted : 0x1B6;
        while ((fd = Fcntl.openat(directory, name.Pointer, flags, mode)) < 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind == ErrorKind.Interrupted)
                continue;
            // Kernels and file systems without O_TMPFILE see its directory bit and say "is a directory".
            return options.Creation == FileCreation.Unnamed && error.Kind == ErrorKind.IsDirectory
                ? NativeError.Of(ErrorKind.NotSupported)
                : error;
        }
        ApplyHints(fd, options.Flags);
        return default;
    }

    internal static NativeError Read(int fd, Span<byte> buffer, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint result = Unistd.read(fd, pointer, (nuint)buffer.Length);
                count = (int)result;
                if (result >= 0)
                    return default;
                NativeError error = NativeError.Last();
                if (error.Kind != ErrorKind.Interrupted)
                    return Failed(error, out count);
            }
        }
    }

    internal static NativeError ReadAt(int fd, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint result = Unistd.pread(fd, pointer, (nuint)buffer.Length, offset);
                count = (int)result;
                if (result >= 0)
                    return default;
                NativeError error = NativeError.Last();
                if (error.Kind != ErrorKind.Interrupted)
                    return Failed(error, out count);
            }
        }
    }

    internal static NativeError Write(int fd, ReadOnlySpan<byte> buffer, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint result = Unistd.write(fd, pointer, (nuint)buffer.Length);
                count = (int)result;
                if (result >= 0)
                    return default;
                NativeError error = NativeError.Last();
                if (error.Kind != ErrorKind.Interrupted)
                    return Failed(error, out count);
            }
        }
    }

    internal static NativeError WriteAt(int fd, ReadOnlySpan<byte> buffer, long offset, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                nint result = Unistd.pwrite(fd, pointer, (nuint)buffer.Length, offset);
                count = (int)result;
                if (result >= 0)
                    return default;
                NativeError error = NativeError.Last();
                if (error.Kind != ErrorKind.Interrupted)
                    return Failed(error, out count);
            }
        }
    }

    internal static NativeError Seek(int fd, long offset, int whence, out long position)
    {
        position = Unistd.lseek(fd, offset, whence);
        if (position >= 0)
            return default;
        NativeError error = NativeError.Last();
        position = 0;
        return error;
    }

    internal static NativeError SetLength(int fd, long length)
    {
        while (Unistd.ftruncate(fd, length) != 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted)
                return error;
        }
        return default;
    }

    /// <summary>Data and metadata onto the medium. Darwin's fsync stops at the drive's cache; F_FULLFSYNC does not.</summary>
    internal static NativeError Sync(int fd)
    {
        while (true)
        {
            if (Host.IsDarwin && Fcntl.fcntl(fd, DarwinFcntl.F_FULLFSYNC, 0) == 0)
                return default;
            // File systems without F_FULLFSYNC (network mounts) say ENOTSUP or ENOTTY: plain fsync is all they have.
            if (Unistd.fsync(fd) == 0)
                return default;
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted)
                return error;
        }
    }

    internal static NativeError SyncData(int fd)
    {
        if (Host.IsDarwin)
            return Sync(fd);
        while (true)
        {
            if (Syscall.Invoke("fdatasync", SyscallNumbers.fdatasync, fd) == 0)
                return default;
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted)
                return error;
        }
    }

    internal static NativeError Duplicate(int fd, out int copy)
    {
        copy = Fcntl.fcntl(fd, Host.IsDarwin ? DarwinFcntl.F_DUPFD_CLOEXEC : LinuxFcntl.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 ? default : NativeError.Last();
    }

    internal static NativeError Unlink(int directory, ReadOnlySpan<byte> path, bool isDirectory)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        int flags = !isDirectory ? 0 : Host.IsDarwin ? DarwinFcntl.AT_REMOVEDIR : LinuxFcntl.AT_REMOVEDIR;
        if (Unistd.unlinkat(directory, name.Pointer, flags) == 0)
            return default;
        NativeError error = NativeError.Last();
        // POSIX lets unlink of a directory fail with EPERM, and Darwin does; one kind for all.
        return Host.IsDarwin && !isDirectory && error.Kind == ErrorKind.NotPermitted
            && Status(directory, path, followLinks: false, out FileStatus status) == default
            && status.Type == FileType.Directory
                ? NativeError.Of(ErrorKind.IsDirectory)
                : error;
    }

    internal static NativeError Rename(
        int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to, RenameMode mode)
    {
        using PathBuffer source = new(from, stackalloc byte[PathBuffer.StackSize]);
        using PathBuffer target = new(to, stackalloc byte[PathBuffer.StackSize]);
        nint result;
        if (mode == RenameMode.Replace)
        {
            result = SysStat.renameat(fromDirectory, source.Pointer, toDirectory, target.Pointer);
        }
        else if (Host.IsDarwin)
        {
            result = DarwinSystem.renameatx_np(
                fromDirectory, source.Pointer, toDirectory, target.Pointer,
                mode == RenameMode.Exchange ? DarwinFcntl.RENAME_SWAP : DarwinFcntl.RENAME_EXCL);
        }
        else
        {
            result = Syscall.Invoke(
                "renameat2", SyscallNumbers.renameat2, fromDirectory, (nint)source.Pointer, toDirectory,
                (nint)target.Pointer,
                (nint)(mode == RenameMode.Exchange ? LinuxFcntl.RENAME_EXCHANGE : LinuxFcntl.RENAME_NOREPLACE));
        }
        return result == 0 ? default : NativeError.Last();
    }

    internal static NativeError CreateDirectory(int directory, ReadOnlySpan<byte> path, UnixFileMode mode)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        return SysStat.mkdirat(directory, name.Pointer, (uint)mode) == 0 ? default : NativeError.Last();
    }

    internal static NativeError Status(int fd, out FileStatus status) =>
        Host.IsDarwin ? DarwinStatus.Get(fd, out status) : LinuxStatus.Get(fd, out status);

    internal static NativeError Status(int directory, ReadOnlySpan<byte> path, bool followLinks, out FileStatus status)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        return Host.IsDarwin
            ? DarwinStatus.Get(directory, name.Pointer, followLinks, out status)
            : LinuxStatus.Get(directory, name.Pointer, followLinks, out status);
    }

    private static NativeError Failed(NativeError error, out int count)
    {
        count = 0;
        return error;
    }

    private static void ApplyHints(int fd, FileOpenFlags flags)
    {
        if (Host.IsDarwin)
        {
            if ((flags & FileOpenFlags.Direct) != 0)
                _ = Fcntl.fcntl(fd, DarwinFcntl.F_NOCACHE, 1);
            if ((flags & FileOpenFlags.RandomAccess) != 0)
                _ = Fcntl.fcntl(fd, DarwinFcntl.F_RDAHEAD, 0);
            return;
        }
        FileOpenFlags hint = flags & (FileOpenFlags.SequentialScan | FileOpenFlags.RandomAccess);
        if (hint != 0)
        {
            _ = Syscall.Invoke("fadvise64", SyscallNumbers.fadvise64, fd, 0, 0, hint == FileOpenFlags.SequentialScan
                ? LinuxFcntl.POSIX_FADV_SEQUENTIAL : LinuxFcntl.POSIX_FADV_RANDOM);
        }
    }
}
