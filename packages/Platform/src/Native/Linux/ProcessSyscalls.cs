namespace Gabbro.Platform.Native.Linux;

/// <summary>Numbers of the raw system calls that processes and containers need (asm/unistd.h). The child of a spawn makes its
/// calls by number too, so those of x64 are named apart.</summary>
internal static class ProcessSyscalls
{
    internal const int pidfd_send_signal = 424;
    internal const int pidfd_open = 434;
    internal const int clone3 = 435;
    internal const int close_range = 436;
    internal const int pidfd_getfd = 438;

    internal static int prlimit64 => Host.IsArm64 ? 261 : X64.prlimit64;

    internal static int waitid => Host.IsArm64 ? 95 : 247;

    internal static int prctl => Host.IsArm64 ? 167 : X64.prctl;

    internal static int pivot_root => Host.IsArm64 ? 41 : X64.pivot_root;

    internal static class X64
    {
        internal const int write = 1;
        internal const int close = 3;
        internal const int rt_sigaction = 13;
        internal const int rt_sigprocmask = 14;
        internal const int ioctl = 16;
        internal const int dup3 = 292;
        internal const int execve = 59;
        internal const int fcntl = 72;
        internal const int chdir = 80;
        internal const int fchdir = 81;
        internal const int mkdir = 83;
        internal const int umask = 95;
        internal const int setpgid = 109;
        internal const int setsid = 112;
        internal const int setgroups = 116;
        internal const int setresuid = 117;
        internal const int setresgid = 119;
        internal const int setpriority = 141;
        internal const int pivot_root = 155;
        internal const int prctl = 157;
        internal const int chroot = 161;
        internal const int mount = 165;
        internal const int umount2 = 166;
        internal const int sethostname = 170;
        internal const int openat = 257;
        internal const int prlimit64 = 302;
    }
}
