using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>OVERLAPPED_ENTRY</c>: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OverlappedEntry
{
    public nuint lpCompletionKey;
    public void* lpOverlapped;
    public nuint Internal;
    public uint dwNumberOfBytesTransferred;
}
