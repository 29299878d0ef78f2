using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>ReadDirectoryChangesW of winbase.h and what winnt.h says of it.</summary>
internal static unsafe partial class ChangeApi
{
    internal const uint FILE_NOTIFY_CHANGE_FILE_NAME = 0x1;
    internal const uint FILE_NOTIFY_CHANGE_DIR_NAME = 0x2;
    internal const uint FILE_NOTIFY_CHANGE_ATTRIBUTES = 0x4;
    internal const uint FILE_NOTIFY_CHANGE_SIZE = 0x8;
    internal const uint FILE_NOTIFY_CHANGE_LAST_WRITE = 0x10;
    internal const uint FILE_NOTIFY_CHANGE_SECURITY = 0x100;
    internal const uint FILE_ACTION_ADDED = 1;
    internal const uint FILE_ACTION_REMOVED = 2;
    internal const uint FILE_ACTION_MODIFIED = 3;
    internal const uint FILE_ACTION_RENAMED_OLD_NAME = 4;
    internal const uint FILE_ACTION_RENAMED_NEW_NAME = 5;

    internal static int ReadDirectoryChangesW(
        nint directory, void* buffer, uint length, int subtree, uint filter, uint* returned, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(ReadDirectoryChangesW), out nint result, directory, (nint)buffer, (nint)length, subtree, (nint)filter,
            (nint)returned, (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.ReadDirectoryChangesW(directory, buffer, length, subtree, filter, returned, overlapped, null);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int ReadDirectoryChangesW(
            nint directory, void* buffer, uint length, int subtree, uint filter, uint* returned, Overlapped* overlapped,
            void* routine);
    }
}
