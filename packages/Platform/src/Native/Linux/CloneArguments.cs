using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct clone_args</c> (linux/sched.h): 88 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CloneArguments
{
    internal const ulong CLONE_VM = 0x100;
    internal const ulong CLONE_PIDFD = 0x1000;
    internal const ulong CLONE_VFORK = 0x4000;
    internal const ulong CLONE_PARENT_SETTID = 0x100000;
    internal const ulong CLONE_CLEAR_SIGHAND = 0x100000000;
    internal const ulong CLONE_INTO_CGROUP = 0x200000000;

    internal ulong flags;
    internal ulong pidfd;
    internal ulong child_tid;
    internal ulong parent_tid;
    internal ulong exit_signal;
    internal ulong stack;
    internal ulong stack_size;
    internal ulong tls;
    internal ulong set_tid;
    internal ulong set_tid_size;
    internal ulong cgroup;
}
