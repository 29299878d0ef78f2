using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>OBJECT_ATTRIBUTES</c> (ntdef.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ObjectAttributes
{
    internal const uint OBJ_CASE_INSENSITIVE = 0x40;

    internal uint Length;
    internal nint RootDirectory;
    internal UnicodeString* ObjectName;
    internal uint Attributes;
    internal void* SecurityDescriptor;
    internal void* SecurityQualityOfService;
}
