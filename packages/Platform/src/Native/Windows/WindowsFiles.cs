using Gabbro.Platform.Files;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Windows;

/// <summary>File operations over handles.</summary>
internal static unsafe class WindowsFiles
{
    internal const uint FILE_READ_DATA = 0x1;
    internal const uint FILE_WRITE_DATA = 0x2;
    internal const uint FILE_APPEND_DATA = 0x4;
    internal const uint FILE_READ_ATTRIBUTES = 0x80;
    internal const uint FILE_WRITE_ATTRIBUTES = 0x100;
    internal const uint DELETE = 0x10000;
    internal const uint SYNCHRONIZE = 0x100000;
    internal const uint FILE_GENERIC_READ = 0x120089;
    internal const uint FILE_GENERIC_WRITE = 0x120116;
    internal const uint FILE_SHARE_ALL = 7;
    internal const uint FILE_ATTRIBUTE_READONLY = 0x1;
    internal const uint FILE_ATTRIBUTE_DIRECTORY = 0x10;
    internal const uint FILE_ATTRIBUTE_NORMAL = 0x80;
    internal const uint FILE_ATTRIBUTE_REPARSE_POINT = 0x400;

    internal static NativeError Open(nint directory, ReadOnlySpan<byte> path, in FileOpenOptions options, out nint handle)
    {
        handle = -1;
        if (options.Creation == FileCreation.Unnamed)
            return NativeError.FromWin32(Win32Errors.ERROR_NOT_SUPPORTED);
        FileOpenFlags wanted = options.Flags;
        uint access = options.Access switch
        {
            FileOpenAccess.Write => FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES,
            FileOpenAccess.ReadWrite => FILE_GENERIC_READ | FILE_GENERIC_WRITE,
            FileOpenAccess.PathOnly => FILE_READ_ATTRIBUTES | SYNCHRONIZE,
            _ => FILE_GENERIC_READ,
        };
        // Append-only access: without the right to write elsewhere every write goes to the end.
        if ((wanted & FileOpenFlags.Append) != 0)
            access &= ~FILE_WRITE_DATA;
        if ((wanted & FileOpenFlags.DeleteOnClose) != 0)
            access |= DELETE;
        uint disposition = options.Creation switch
        {
            FileCreation.OpenOrCreate => Ntdll.FILE_OPEN_IF,
            FileCreation.CreateNew => Ntdll.FILE_CREATE,
            FileCreation.CreateOrTruncate => Ntdll.FILE_OVERWRITE_IF,
            FileCreation.TruncateExisting => Ntdll.FILE_OVERWRITE,
            _ => Ntdll.FILE_OPEN,
        };
        uint create = Ntdll.FILE_OPEN_FOR_BACKUP_INTENT;
        if ((wanted & FileOpenFlags.Overlapped) == 0)
            create |= Ntdll.FILE_SYNCHRONOUS_IO_NONALERT;
        if ((wanted & FileOpenFlags.Direct) != 0)
            create |= Ntdll.FILE_NO_INTERMEDIATE_BUFFERING;
        if ((wanted & (FileOpenFlags.Synchronous | FileOpenFlags.DataSynchronous)) != 0)
            create |= Ntdll.FILE_WRITE_THROUGH;
        if ((wanted & FileOpenFlags.SequentialScan) != 0)
            create |= Ntdll.FILE_SEQUENTIAL_ONLY;
        if ((wanted & FileOpenFlags.RandomAccess) != 0)
            create |= Ntdll.FILE_RANDOM_ACCESS;
        if ((wanted & FileOpenFlags.DeleteOnClose) != 0)
            create |= Ntdll.FILE_DELETE_ON_CLOSE;
        if ((wanted & FileOpenFlags.Directory) != 0)
            create |= Ntdll.FILE_DIRECTORY_FILE;
        else if (options.Access is FileOpenAccess.Write or FileOpenAccess.ReadWrite)
            create |= Ntdll.FILE_NON_DIRECTORY_FILE;
        if ((wanted & FileOpenFlags.NoFollow) != 0)
            create |= Ntdll.FILE_OPEN_REPARSE_POINT;
        const UnixFileMode anyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        uint attributes = options.Permissions is { } mode && (mode & anyWrite) == 0
            ? FILE_ATTRIBUTE_READONLY : FILE_ATTRIBUTE_NORMAL;
        uint share = (wanted & FileOpenFlags.Exclusive) != 0 ? 0 : FILE_SHARE_ALL;

        NativeError error = Create(directory, path, access, disposition, create, attributes, share, out handle);
        if (error.IsError || (wanted & FileOpenFlags.NoFollow) == 0 || options.Access == FileOpenAccess.PathOnly)
            return error;
        FileBasicInfo basic;
        if (Kernel32.GetFileInformationByHandleEx(handle, FileInformation.FileBasicInfo, &basic, (uint)sizeof(FileBasicInfo)) == 0)
            error = NativeError.Last();
        else if (TypeOf(basic.FileAttributes) == FileType.SymbolicLink)
            error = NativeError.FromWin32(Win32Errors.ERROR_STOPPED_ON_SYMLINK);
        if (error.IsError)
        {
            _ = Kernel32.CloseHandle(handle);
            handle = -1;
        }
        return error;
    }

    internal static NativeError Create(
        nint directory, ReadOnlySpan<byte> path, uint access, uint disposition, uint options, uint attributes,
        uint share, out nint handle)
    {
        handle = -1;
        using WidePath wide = new(directory, path, stackalloc char[WidePath.StackSize]);
        if (wide.Error.IsError)
            return wide.Error;
        UnicodeString name = wide.Native;
        ObjectAttributes target = new()
        {
            Length = (uint)sizeof(ObjectAttributes),
            RootDirectory = directory,
            ObjectName = &name,
            Attributes = ObjectAttributes.OBJ_CASE_INSENSITIVE,
        };
        IoStatusBlock block;
        nint result;
        int status = Ntdll.NtCreateFile(
            &result, access, &target, &block, null, attributes, share, disposition, options, null, 0);
        if (status < 0)
            return NativeError.FromNtStatus(status);
        handle = result;
        return default;
    }

    internal static NativeError Read(nint file, bool isOverlapped, Span<byte> buffer, out int count)
    {
        NativeError error = default;
        if (isOverlapped)
        {
            error = ReadAt(file, buffer, 0, out count);
        }
        else
        {
            fixed (byte* pointer = buffer)
            {
                uint transferred = 0;
                if (Kernel32.ReadFile(file, pointer, (uint)buffer.Length, &transferred, null) == 0)
                    error = NativeError.Last();
                count = (int)transferred;
            }
        }
        // The other end of a pipe closing is the end of the file, as everywhere else.
        return error.Code is Win32Errors.ERROR_HANDLE_EOF or Win32Errors.ERROR_BROKEN_PIPE ? default : error;
    }

    internal static NativeError ReadAt(nint file, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            Overlapped overlapped = Overlapped.At(offset, ThreadEvent.Current);
            uint transferred = 0;
            int result = Kernel32.ReadFile(file, pointer, (uint)buffer.Length, &transferred, &overlapped);
            NativeError error = Finish(file, result, &overlapped, &transferred);
            count = (int)transferred;
            return error.Code == Win32Errors.ERROR_HANDLE_EOF ? default : error;
        }
    }

    internal static NativeError Write(nint file, bool isOverlapped, ReadOnlySpan<byte> buffer, out int count)
    {
        if (isOverlapped) return WriteAt(file, buffer, 0, out count);
        fixed (byte* pointer = buffer)
        {
            uint transferred = 0;
            int result = Kernel32.WriteFile(file, pointer, (uint)buffer.Length, &transferred, null);
            NativeError error = result != 0 ? default : NativeError.Last();
            count = (int)transferred;
            return error;
        }
    }

    internal static NativeError WriteAt(nint file, ReadOnlySpan<byte> buffer, long offset, out int count)
    {
        fixed (byte* pointer = buffer)
        {
            Overlapped overlapped = Overlapped.At(offset, ThreadEvent.Current);
            uint transferred = 0;
            int result = Kernel32.WriteFile(file, pointer, (uint)buffer.Length, &transferred, &overlapped);
            NativeError error = Finish(file, result, &overlapped, &transferred);
            count = (int)transferred;
            return error;
        }
    }

    internal static NativeError ReadAt(
        nint file, ReadOnlySpan<BufferSegment> buffers, long offset, out long total)
    {
        total = 0;
        foreach (BufferSegment buffer in buffers)
        {
            NativeError error = ReadAt(
                file, new Span<byte>(buffer.Pointer, checked((int)buffer.Length)), offset + total, out int count);
            total += count;
            if (error.IsError && total == 0)
                return error;
            if (error.IsError || (nuint)count < buffer.Length)
                break;
        }
        return default;
    }

    internal static NativeError WriteAt(
        nint file, ReadOnlySpan<BufferSegment> buffers, long offset, out long total)
    {
        total = 0;
        foreach (BufferSegment buffer in buffers)
        {
            NativeError error = WriteAt(
                file, new ReadOnlySpan<byte>(buffer.Pointer, checked((int)buffer.Length)), offset + total,
                out int count);
            total += count;
            if (error.IsError && total == 0)
                return error;
            if (error.IsError || (nuint)count < buffer.Length)
                break;
        }
        return default;
    }

    internal static NativeError Seek(nint file, long offset, uint origin, out long position)
    {
        long result = 0;
        NativeError error = Kernel32.SetFilePointerEx(file, offset, &result, origin) != 0 ? default : NativeError.Last();
        position = result;
        return error;
    }

    internal static NativeError SetLength(nint file, long length) =>
        SetInformation(file, FileInformation.FileEndOfFileInfo, &length, sizeof(long));

    internal static NativeError Allocate(nint file, long offset, long length)
    {
        NativeError error = Status(file, out FileStatus status);
        if (error.IsError)
            return error;
        long end = Math.Max(offset + length, status.Length);
        error = SetInformation(file, FileInformation.FileAllocationInfo, &end, sizeof(long));
        return error.IsError || end <= status.Length ? error : SetLength(file, end);
    }

    internal static NativeError Sync(nint file) =>
        Kernel32.FlushFileBuffers(file) != 0 ? default : NativeError.Last();

    internal static NativeError Duplicate(nint file, out nint copy)
    {
        nint process = Kernel32.GetCurrentProcess();
        nint result = -1;
        int ok = Kernel32.DuplicateHandle(process, file, process, &result, 0, 0, Kernel32.DUPLICATE_SAME_ACCESS);
        NativeError error = ok != 0 ? default : NativeError.Last();
        copy = result;
        return error;
    }

    internal static NativeError SetInformation(nint file, int infoClass, void* information, uint size) =>
        Kernel32.SetFileInformationByHandle(file, infoClass, information, size) != 0 ? default : NativeError.Last();

    internal static NativeError Status(nint file, out FileStatus status)
    {
        status = default;
        FileBasicInfo basic;
        FileStandardInfo standard;
        ByHandleFileInformation old;
        if (Kernel32.GetFileInformationByHandleEx(
                file, FileInformation.FileBasicInfo, &basic, (uint)sizeof(FileBasicInfo)) == 0
            || Kernel32.GetFileInformationByHandleEx(
                file, FileInformation.FileStandardInfo, &standard, (uint)sizeof(FileStandardInfo)) == 0
            || Kernel32.GetFileInformationByHandle(file, &old) == 0)
        {
            return NativeError.Last();
        }
        ulong device = old.dwVolumeSerialNumber;
        UInt128 id = ((ulong)old.nFileIndexHigh << 32) | old.nFileIndexLow;
        FileIdInfo full;
        if (Kernel32.GetFileInformationByHandleEx(
            file, FileInformation.FileIdInfo, &full, (uint)sizeof(FileIdInfo)) != 0)
        {
            device = full.VolumeSerialNumber;
            id = new UInt128(full.FileIdHigh, full.FileIdLow);
        }
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        status = new FileStatus
        {
            Type = TypeOf(basic.FileAttributes),
            Permissions = (basic.FileAttributes & FILE_ATTRIBUTE_READONLY) != 0 ? read : read | write,
            Device = device,
            FileId = id,
            LinkCount = standard.NumberOfLinks,
            Length = standard.EndOfFile,
            AllocatedLength = standard.AllocationSize,
            BlockSize = 4096,
            AccessTime = UnixTimestamp.FromWindows(basic.LastAccessTime),
            ModificationTime = UnixTimestamp.FromWindows(basic.LastWriteTime),
            ChangeTime = UnixTimestamp.FromWindows(basic.ChangeTime),
            BirthTime = UnixTimestamp.FromWindows(basic.CreationTime),
            Attributes = basic.FileAttributes,
        };
        return default;
    }

    internal static FileType TypeOf(uint attributes) => (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0
        ? FileType.SymbolicLink
        : (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? FileType.Directory : FileType.Regular;

    internal static NativeError SetPermissions(nint file, UnixFileMode mode)
    {
        FileBasicInfo basic;
        if (Kernel32.GetFileInformationByHandleEx(
            file, FileInformation.FileBasicInfo, &basic, (uint)sizeof(FileBasicInfo)) == 0)
        {
            return NativeError.Last();
        }
        const UnixFileMode anyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        uint attributes = basic.FileAttributes & ~FILE_ATTRIBUTE_READONLY;
        if ((mode & anyWrite) == 0)
            attributes |= FILE_ATTRIBUTE_READONLY;
        // Zero times leave the times alone; zero attributes would leave the attributes alone too.
        FileBasicInfo change = new() { FileAttributes = attributes == 0 ? FILE_ATTRIBUTE_NORMAL : attributes };
        return SetInformation(file, FileInformation.FileBasicInfo, &change, (uint)sizeof(FileBasicInfo));
    }

    internal static NativeError SetTimes(nint file, UnixTimestamp? access, UnixTimestamp? modification)
    {
        FileBasicInfo change = new()
        {
            LastAccessTime = access?.ToWindows() ?? 0,
            LastWriteTime = modification?.ToWindows() ?? 0,
        };
        return SetInformation(file, FileInformation.FileBasicInfo, &change, (uint)sizeof(FileBasicInfo));
    }

    internal static NativeError PunchHole(nint file, long offset, long length)
    {
        uint returned;
        if (Kernel32.DeviceIoControl(file, Kernel32.FSCTL_SET_SPARSE, null, 0, null, 0, &returned, null) == 0)
            return SparseError(NativeError.Last());
        long* range = stackalloc long[2] { offset, offset + length };
        return Kernel32.DeviceIoControl(
            file, Kernel32.FSCTL_SET_ZERO_DATA, range, 2 * sizeof(long), null, 0, &returned, null) != 0
                ? default : SparseError(NativeError.Last());
    }

    /// <summary>The first data or hole from the list of allocated ranges; all data where a file system keeps no list.</summary>
    internal static NativeError SeekSparse(nint file, long offset, bool data, out long position)
    {
        position = offset;
        NativeError error = Status(file, out FileStatus status);
        if (error.IsError)
            return error;
        if (offset >= status.Length)
            return NativeError.FromWin32(Win32Errors.ERROR_DEV_NOT_EXIST);
        long* request = stackalloc long[2];
        long* found = stackalloc long[2];
        while (true)
        {
            uint returned;
            request[0] = position;
            request[1] = status.Length - position;
            if (Kernel32.DeviceIoControl(
                file, Kernel32.FSCTL_QUERY_ALLOCATED_RANGES, request, 16, found, 16, &returned, null) == 0)
            {
                error = NativeError.Last();
                if (error.Code != Win32Errors.ERROR_MORE_DATA)
                {
                    position = data ? offset : status.Length;
                    return default;
                }
            }
            bool any = returned >= 16;
            if (data)
            {
                position = any ? Math.Max(found[0], position) : position;
                return any ? default : NativeError.FromWin32(Win32Errors.ERROR_DEV_NOT_EXIST);
            }
            if (!any || found[0] > position)
                return default;
            position = Math.Min(found[0] + found[1], status.Length);
            if (position == status.Length)
                return default;
        }
    }

    /// <summary>Memory and offset alignment of unbuffered transfers, 0 where the file system does not tell.</summary>
    internal static (int Memory, int Offset) DirectAlignment(nint file)
    {
        uint mask;
        FileStorageInfo storage;
        int memory = Kernel32.GetFileInformationByHandleEx(
            file, FileInformation.FileAlignmentInfo, &mask, sizeof(uint)) != 0 ? (int)mask + 1 : 0;
        int offset = Kernel32.GetFileInformationByHandleEx(
            file, FileInformation.FileStorageInfo, &storage, (uint)sizeof(FileStorageInfo)) != 0
                ? (int)storage.LogicalBytesPerSector : 0;
        return (memory, offset);
    }

    /// <summary>Waits for an operation that a handle opened for overlapped use left pending.</summary>
    private static NativeError Finish(nint file, int result, Overlapped* overlapped, uint* transferred)
    {
        if (result != 0)
            return default;
        NativeError error = NativeError.Last();
        if (error.Code != Win32Errors.ERROR_IO_PENDING)
            return error;
        return Kernel32.GetOverlappedResult(file, overlapped, transferred, 1) != 0 ? default : NativeError.Last();
    }

    private static NativeError SparseError(NativeError error) =>
        error.Kind is ErrorKind.NotSupported or ErrorKind.InvalidArgument
            ? NativeError.FromWin32(Win32Errors.ERROR_NOT_SUPPORTED) : error;
}
