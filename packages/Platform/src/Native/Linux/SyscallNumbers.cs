namespace Gabbro.Platform.Native.Linux;

/// <summary>Numbers of raw system calls (asm/unistd.h): x64 has its own table, arm64 the generic one.</summary>
internal static class SyscallNumbers
{
    internal const int cachestat = 451;
    internal const int close_range = 436;
    internal static int copy_file_range => Host.IsArm64 ? Arm64.copy_file_range : X64.copy_file_range;
    internal const int faccessat2 = 439;
    internal static int fadvise64 => Host.IsArm64 ? Arm64.fadvise64 : X64.fadvise64;
    internal static int fallocate => Host.IsArm64 ? Arm64.fallocate : X64.fallocate;
    internal const int fchmodat2 = 452;
    internal static int fdatasync => Host.IsArm64 ? Arm64.fdatasync : X64.fdatasync;
    internal static int futex => Host.IsArm64 ? Arm64.futex : X64.futex;
    internal const int futex_waitv = 449;
    internal static int get_mempolicy => Host.IsArm64 ? Arm64.get_mempolicy : X64.get_mempolicy;
    internal static int getcpu => Host.IsArm64 ? Arm64.getcpu : X64.getcpu;
    internal static int getdents64 => Host.IsArm64 ? Arm64.getdents64 : X64.getdents64;
    internal static int getpriority => Host.IsArm64 ? Arm64.getpriority : X64.getpriority;
    internal static int getrandom => Host.IsArm64 ? Arm64.getrandom : X64.getrandom;
    internal static int gettid => Host.IsArm64 ? Arm64.gettid : X64.gettid;
    internal const int io_uring_setup = 425;
    internal static int mbind => Host.IsArm64 ? Arm64.mbind : X64.mbind;
    internal static int membarrier => Host.IsArm64 ? Arm64.membarrier : X64.membarrier;
    internal static int memfd_create => Host.IsArm64 ? Arm64.memfd_create : X64.memfd_create;
    internal static int mlock2 => Host.IsArm64 ? Arm64.mlock2 : X64.mlock2;
    internal static int move_pages => Host.IsArm64 ? Arm64.move_pages : X64.move_pages;
    internal static int mremap => Host.IsArm64 ? Arm64.mremap : X64.mremap;
    internal static int newfstatat => Host.IsArm64 ? Arm64.newfstatat : X64.newfstatat;
    internal const int openat2 = 437;
    internal static int preadv2 => Host.IsArm64 ? Arm64.preadv2 : X64.preadv2;
    internal const int process_madvise = 440;
    internal static int process_vm_readv => Host.IsArm64 ? Arm64.process_vm_readv : X64.process_vm_readv;
    internal static int pwritev2 => Host.IsArm64 ? Arm64.pwritev2 : X64.pwritev2;
    internal static int renameat2 => Host.IsArm64 ? Arm64.renameat2 : X64.renameat2;
    internal static int sched_getaffinity => Host.IsArm64 ? Arm64.sched_getaffinity : X64.sched_getaffinity;
    internal static int sched_getattr => Host.IsArm64 ? Arm64.sched_getattr : X64.sched_getattr;
    internal static int sched_setaffinity => Host.IsArm64 ? Arm64.sched_setaffinity : X64.sched_setaffinity;
    internal static int sched_setattr => Host.IsArm64 ? Arm64.sched_setattr : X64.sched_setattr;
    internal static int set_mempolicy => Host.IsArm64 ? Arm64.set_mempolicy : X64.set_mempolicy;
    internal static int setpriority => Host.IsArm64 ? Arm64.setpriority : X64.setpriority;
    internal static int statx => Host.IsArm64 ? Arm64.statx : X64.statx;
    internal static int sync_file_range => Host.IsArm64 ? Arm64.sync_file_range : X64.sync_file_range;
    internal static int syncfs => Host.IsArm64 ? Arm64.syncfs : X64.syncfs;
    internal static int timerfd_create => Host.IsArm64 ? Arm64.timerfd_create : X64.timerfd_create;

    internal static class X64
    {
        internal const int copy_file_range = 326;
        internal const int fadvise64 = 221;
        internal const int fallocate = 285;
        internal const int fdatasync = 75;
        internal const int futex = 202;
        internal const int get_mempolicy = 239;
        internal const int getcpu = 309;
        internal const int getdents64 = 217;
        internal const int getpriority = 140;
        internal const int getrandom = 318;
        internal const int gettid = 186;
        internal const int mbind = 237;
        internal const int membarrier = 324;
        internal const int memfd_create = 319;
        internal const int mlock2 = 325;
        internal const int move_pages = 279;
        internal const int mremap = 25;
        internal const int newfstatat = 262;
        internal const int preadv2 = 327;
        internal const int process_vm_readv = 310;
        internal const int pwritev2 = 328;
        internal const int renameat2 = 316;
        internal const int sched_getaffinity = 204;
        internal const int sched_getattr = 315;
        internal const int sched_setaffinity = 203;
        internal const int sched_setattr = 314;
        internal const int set_mempolicy = 238;
        internal const int setpriority = 141;
        internal const int statx = 332;
        internal const int sync_file_range = 277;
        internal const int syncfs = 306;
        internal const int timerfd_create = 283;
    }

    internal static class Arm64
    {
        internal const int copy_file_range = 285;
        internal const int fadvise64 = 223;
        internal const int fallocate = 47;
        internal const int fdatasync = 83;
        internal const int futex = 98;
        internal const int get_mempolicy = 236;
        internal const int getcpu = 168;
        internal const int getdents64 = 61;
        internal const int getpriority = 141;
        internal const int getrandom = 278;
        internal const int gettid = 178;
        internal const int mbind = 235;
        internal const int membarrier = 283;
        internal const int memfd_create = 279;
        internal const int mlock2 = 284;
        internal const int move_pages = 239;
        internal const int mremap = 216;
        internal const int newfstatat = 79;
        internal const int preadv2 = 286;
        internal const int process_vm_readv = 270;
        internal const int pwritev2 = 287;
        internal const int renameat2 = 276;
        internal const int sched_getaffinity = 123;
        internal const int sched_getattr = 275;
        internal const int sched_setaffinity = 122;
        internal const int sched_setattr = 274;
        internal const int set_mempolicy = 237;
        internal const int setpriority = 140;
        internal const int statx = 291;
        internal const int sync_file_range = 84;
        internal const int syncfs = 267;
        internal const int timerfd_create = 85;
    }
}
