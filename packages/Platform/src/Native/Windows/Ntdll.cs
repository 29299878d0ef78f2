using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>ntdll: calls that take a directory handle beside a name. Results are NTSTATUS.</summary>
internal static unsafe partial class Ntdll
{
    internal const uint FILE_OPEN = 1;
    internal const uint FILE_CREATE = 2;
    internal const uint FILE_OPEN_IF = 3;
    internal const uint FILE_OVERWRITE = 4;
    internal const uint FILE_OVERWRITE_IF = 5;

    internal const uint FILE_DIRECTORY_FILE = 0x1;
    internal const uint FILE_WRITE_THROUGH = 0x2;
    internal const uint FILE_SEQUENTIAL_ONLY = 0x4;
    internal const uint FILE_NO_INTERMEDIATE_BUFFERING = 0x8;
    internal const uint FILE_SYNCHRONOUS_IO_NONALERT = 0x20;
    internal const uint FILE_NON_DIRECTORY_FILE = 0x40;
    internal const uint FILE_RANDOM_ACCESS = 0x800;
    internal const uint FILE_DELETE_ON_CLOSE = 0x1000;
    internal const uint FILE_OPEN_FOR_BACKUP_INTENT = 0x4000;
    internal const uint FILE_OPEN_REPARSE_POINT = 0x200000;

    internal const int FileRenameInformation = 10;
    internal const int FileLinkInformation = 11;
    internal const int FileDispositionInformation = 13;
    internal const int FileDispositionInformationEx = 64;
    internal const int FileRenameInformationEx = 65;
    internal const int FileIdFullDirectoryInformation = 38;

    internal const int STATUS_NO_MORE_FILES = unchecked((int)0x80000006);

    internal static int NtCreateFile(
        nint* handle, uint access, ObjectAttributes* attributes, IoStatusBlock* status, long* allocation,
        uint fileAttributes, uint share, uint disposition, uint options, void* extended, uint extendedLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtCreateFile), out nint result, (nint)handle, (nint)access, (nint)attributes, (nint)status,
            (nint)allocation, (nint)fileAttributes, (nint)share, (nint)disposition, (nint)options,
            (nint)extended, (nint)extendedLength))
        {
            return (int)result;
        }
        return Calls.NtCreateFile(handle, access, attributes, status, allocation, fileAttributes, share, disposition, options, extended, extendedLength);
    }

    internal static int NtSetInformationFile(
        nint handle, IoStatusBlock* status, void* information, uint length, int infoClass)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtSetInformationFile), out nint result, handle, (nint)status, (nint)information, (nint)length,
            infoClass))
        {
            return (int)result;
        }
        return Calls.NtSetInformationFile(handle, status, information, length, infoClass);
    }

    internal static int NtQueryDirectoryFile(
        nint handle, nint waitEvent, void* routine, void* context, IoStatusBlock* status, void* information,
        uint length, int infoClass, byte singleEntry, UnicodeString* filter, byte restart)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtQueryDirectoryFile), out nint result, handle, waitEvent, (nint)routine, (nint)context,
            (nint)status, (nint)information, (nint)length, infoClass, singleEntry, (nint)filter, restart))
        {
            return (int)result;
        }
        return Calls.NtQueryDirectoryFile(handle, waitEvent, routine, context, status, information, length, infoClass, singleEntry, filter, restart);
    }

    internal static int RtlDosPathNameToNtPathName_U_WithStatus(
        ushort* dos, UnicodeString* nt, void* filePart, void* relative)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(RtlDosPathNameToNtPathName_U_WithStatus), out nint result, (nint)dos, (nint)nt,
            (nint)filePart, (nint)relative))
        {
            return (int)result;
        }
        return Calls.RtlDosPathNameToNtPathName_U_WithStatus(dos, nt, filePart, relative);
    }

    internal static void RtlFreeUnicodeString(UnicodeString* text)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(RtlFreeUnicodeString), out nint result, (nint)text))
            return;
        Calls.RtlFreeUnicodeString(text);
    }

    private static partial class Calls
    {
        [LibraryImport("ntdll")]
        internal static partial int NtCreateFile(
            nint* handle, uint access, ObjectAttributes* attributes, IoStatusBlock* status, long* allocation,
            uint fileAttributes, uint share, uint disposition, uint options, void* extended, uint extendedLength);

        [LibraryImport("ntdll")]
        internal static partial int NtSetInformationFile(
            nint handle, IoStatusBlock* status, void* information, uint length, int infoClass);

        [LibraryImport("ntdll")]
        internal static partial int NtQueryDirectoryFile(
            nint handle, nint waitEvent, void* routine, void* context, IoStatusBlock* status, void* information,
            uint length, int infoClass, byte singleEntry, UnicodeString* filter, byte restart);

        [LibraryImport("ntdll")]
        internal static partial int RtlDosPathNameToNtPathName_U_WithStatus(
            ushort* dos, UnicodeString* nt, void* filePart, void* relative);

        [LibraryImport("ntdll")]
        internal static partial void RtlFreeUnicodeString(UnicodeString* text);
    }
}
