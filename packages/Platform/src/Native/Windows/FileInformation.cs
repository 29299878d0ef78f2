namespace Gabbro.Platform.Native.Windows;

/// <summary>Values of <c>FILE_INFO_BY_HANDLE_CLASS</c> (minwinbase.h).</summary>
internal static class FileInformation
{
    internal const int FileBasicInfo = 0;
    internal const int FileStandardInfo = 1;
    internal const int FileRenameInfo = 3;
    internal const int FileDispositionInfo = 4;
    internal const int FileAllocationInfo = 5;
    internal const int FileEndOfFileInfo = 6;
    internal const int FileIdInfo = 18;
    internal const int FileAlignmentInfo = 17;
    internal const int FileStorageInfo = 16;
}
