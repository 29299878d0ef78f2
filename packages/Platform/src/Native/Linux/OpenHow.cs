using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct open_how</c> (linux/openat2.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    internal const ulong RESOLVE_NO_MAGICLINKS = 2;
    internal const ulong RESOLVE_BENEATH = 8;

    internal ulong flags;
    internal ulong mode;
    internal ulong resolve;
}
