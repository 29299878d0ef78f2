using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_ID_FULL_DIR_INFORMATION</c> up to its name (ntifs.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileIdFullDirInformation
{
    internal const int NameOffset = 80;

    internal uint NextEntryOffset;
    internal uint FileIndex;
    internal long CreationTime;
    internal long LastAccessTime;
    internal long LastWriteTime;
    internal long ChangeTime;
    internal long EndOfFile;
    internal long AllocationSize;
    internal uint FileAttributes;
    internal uint FileNameLength;
    internal uint EaSize;
    internal long FileId;
}
