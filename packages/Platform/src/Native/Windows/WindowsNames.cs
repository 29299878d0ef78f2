using System.Runtime.InteropServices;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Operations on names relative to a directory handle.</summary>
internal static unsafe class WindowsNames
{
    private const uint Reparse = Ntdll.FILE_OPEN_REPARSE_POINT | Ntdll.FILE_OPEN_FOR_BACKUP_INTENT
        | Ntdll.FILE_SYNCHRONOUS_IO_NONALERT;

    private const uint DispositionPosix = 0x1 | 0x2 | 0x10;
    private const uint RenamePosix = 0x1 | 0x2 | 0x40;

    internal static NativeError CreateDirectory(nint directory, ReadOnlySpan<byte> name)
    {
        NativeError error = WindowsFiles.Create(
            directory, name, WindowsFiles.FILE_READ_ATTRIBUTES | WindowsFiles.SYNCHRONIZE, Ntdll.FILE_CREATE,
            Ntdll.FILE_DIRECTORY_FILE | Ntdll.FILE_SYNCHRONOUS_IO_NONALERT, WindowsFiles.FILE_ATTRIBUTE_NORMAL,
            WindowsFiles.FILE_SHARE_ALL, out nint handle);
        if (!error.IsError)
            _ = Kernel32.CloseHandle(handle);
        return error;
    }

    internal static NativeError Status(nint directory, ReadOnlySpan<byte> name, bool followLink, out FileStatus status)
    {
        status = default;
        uint options = followLink ? Reparse & ~Ntdll.FILE_OPEN_REPARSE_POINT : Reparse;
        NativeError error = WindowsFiles.Create(
            directory, name, WindowsFiles.FILE_READ_ATTRIBUTES | WindowsFiles.SYNCHRONIZE, Ntdll.FILE_OPEN, options,
            0, WindowsFiles.FILE_SHARE_ALL, out nint handle);
        if (error.IsError)
            return error;
        error = WindowsFiles.Status(handle, out status);
        _ = Kernel32.CloseHandle(handle);
        return error;
    }

    /// <summary>
    /// Deletes by handle, with POSIX semantics where the file system has them: the name is gone at once although others
    /// have the file open. Without them the name goes when the last handle does.
    /// </summary>
    internal static NativeError Delete(nint directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        uint kind = isDirectory ? Ntdll.FILE_DIRECTORY_FILE : Ntdll.FILE_NON_DIRECTORY_FILE;
        NativeError error = WindowsFiles.Create(
            directory, name, WindowsFiles.DELETE | WindowsFiles.SYNCHRONIZE, Ntdll.FILE_OPEN, Reparse | kind, 0,
            WindowsFiles.FILE_SHARE_ALL, out nint handle);
        if (error.IsError)
            return error;
        IoStatusBlock block;
        uint flags = DispositionPosix;
        int status = Ntdll.NtSetInformationFile(
            handle, &block, &flags, sizeof(uint), Ntdll.FileDispositionInformationEx);
        if (IsUnknownClass(status))
        {
            byte delete = 1;
            status = Ntdll.NtSetInformationFile(
                handle, &block, &delete, sizeof(byte), Ntdll.FileDispositionInformation);
        }
        error = NativeError.FromNtStatus(status);
        _ = Kernel32.CloseHandle(handle);
        return error;
    }

    internal static NativeError Rename(
        nint fromDirectory, ReadOnlySpan<byte> from, nint toDirectory, ReadOnlySpan<byte> to, RenameMode mode)
    {
        if (mode == RenameMode.Exchange)
            return NativeError.FromWin32(Win32Errors.ERROR_NOT_SUPPORTED);
        NativeError error = WindowsFiles.Create(
            fromDirectory, from, WindowsFiles.DELETE | WindowsFiles.SYNCHRONIZE, Ntdll.FILE_OPEN, Reparse, 0,
            WindowsFiles.FILE_SHARE_ALL, out nint handle);
        if (error.IsError)
            return error;
        error = SetName(handle, toDirectory, to, mode == RenameMode.Replace, isLink: false);
        _ = Kernel32.CloseHandle(handle);
        return error;
    }

    internal static NativeError Link(nint file, nint toDirectory, ReadOnlySpan<byte> to) =>
        SetName(file, toDirectory, to, replace: false, isLink: true);

    internal static NativeError Link(
        nint fromDirectory, ReadOnlySpan<byte> from, nint toDirectory, ReadOnlySpan<byte> to)
    {
        NativeError error = WindowsFiles.Create(
            fromDirectory, from, WindowsFiles.FILE_WRITE_ATTRIBUTES | WindowsFiles.SYNCHRONIZE, Ntdll.FILE_OPEN, Reparse,
            0, WindowsFiles.FILE_SHARE_ALL, out nint handle);
        if (error.IsError)
            return error;
        error = Link(handle, toDirectory, to);
        _ = Kernel32.CloseHandle(handle);
        return error;
    }

    private static NativeError SetName(nint file, nint toDirectory, ReadOnlySpan<byte> to, bool replace, bool isLink)
    {
        using WidePath wide = new(toDirectory, to, stackalloc char[WidePath.StackSize]);
        if (wide.Error.IsError)
            return wide.Error;
        UnicodeString name = wide.Native;
        // FILE_RENAME_INFORMATION: flags or a BOOLEAN in the first word, the root, the length in bytes, the name.
        int size = 20 + name.Length;
        byte* buffer = (byte*)NativeMemory.AllocZeroed((nuint)size + 8);
        *(nint*)(buffer + 8) = toDirectory;
        *(uint*)(buffer + 16) = name.Length;
        new ReadOnlySpan<byte>(name.Buffer, name.Length).CopyTo(new Span<byte>(buffer + 20, name.Length));
        IoStatusBlock block;
        int status = unchecked((int)0xC0000003);
        if (!isLink)
        {
            *(uint*)buffer = replace ? RenamePosix : RenamePosix & ~1u;
            status = Ntdll.NtSetInformationFile(
                file, &block, buffer, (uint)size + 4, Ntdll.FileRenameInformationEx);
        }
        if (IsUnknownClass(status))
        {
            *(uint*)buffer = replace ? 1u : 0;
            status = Ntdll.NtSetInformationFile(
                file, &block, buffer, (uint)size + 4,
                isLink ? Ntdll.FileLinkInformation : Ntdll.FileRenameInformation);
        }
        NativeMemory.Free(buffer);
        return NativeError.FromNtStatus(status);
    }

    /// <summary>Older systems and file systems without POSIX semantics refuse the class in one of these ways.</summary>
    private static bool IsUnknownClass(int status) => status
        is NtStatusErrors.STATUS_INVALID_INFO_CLASS or NtStatusErrors.STATUS_INVALID_PARAMETER
        or NtStatusErrors.STATUS_NOT_SUPPORTED or NtStatusErrors.STATUS_NOT_IMPLEMENTED
        or NtStatusErrors.STATUS_INVALID_DEVICE_REQUEST;
}
