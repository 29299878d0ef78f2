using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct sigaction</c> as the kernel has it on x64 and arm64 (rt_sigaction(2)); the C library's differs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelSigaction
{
    internal nint sa_handler;
    internal nuint sa_flags;
    internal nint sa_restorer;
    internal ulong sa_mask;
}
