namespace Gabbro.Platform.Native.Linux;

/// <summary>linux/io_uring.h: constants and calls. The system call numbers are the same on every machine.</summary>
internal static unsafe class IoUring
{
    internal const uint IORING_SETUP_IOPOLL = 1u << 0;
    internal const uint IORING_SETUP_SQPOLL = 1u << 1;
    internal const uint IORING_SETUP_CQSIZE = 1u << 3;
    internal const uint IORING_SETUP_CLAMP = 1u << 4;
    internal const uint IORING_SETUP_R_DISABLED = 1u << 6;
    internal const uint IORING_SETUP_COOP_TASKRUN = 1u << 8;
    internal const uint IORING_SETUP_TASKRUN_FLAG = 1u << 9;
    internal const uint IORING_SETUP_SINGLE_ISSUER = 1u << 12;
    internal const uint IORING_SETUP_DEFER_TASKRUN = 1u << 13;

    internal const uint IORING_FEAT_SINGLE_MMAP = 1u << 0;
    internal const uint IORING_FEAT_NODROP = 1u << 1;
    internal const uint IORING_FEAT_EXT_ARG = 1u << 8;

    internal const ulong IORING_OFF_SQ_RING = 0;
    internal const ulong IORING_OFF_CQ_RING = 0x8000000;
    internal const ulong IORING_OFF_SQES = 0x10000000;

    internal const uint IORING_ENTER_GETEVENTS = 1u << 0;
    internal const uint IORING_ENTER_SQ_WAKEUP = 1u << 1;
    internal const uint IORING_ENTER_SQ_WAIT = 1u << 2;
    internal const uint IORING_ENTER_EXT_ARG = 1u << 3;

    internal const uint IORING_SQ_NEED_WAKEUP = 1u << 0;
    internal const uint IORING_SQ_CQ_OVERFLOW = 1u << 1;
    internal const uint IORING_SQ_TASKRUN = 1u << 2;

    internal const uint IORING_REGISTER_BUFFERS = 0;
    internal const uint IORING_UNREGISTER_BUFFERS = 1;
    internal const uint IORING_REGISTER_FILES = 2;
    internal const uint IORING_UNREGISTER_FILES = 3;
    internal const uint IORING_REGISTER_EVENTFD = 4;
    internal const uint IORING_UNREGISTER_EVENTFD = 5;
    internal const uint IORING_REGISTER_FILES_UPDATE = 6;
    internal const uint IORING_REGISTER_PROBE = 8;
    internal const uint IORING_REGISTER_ENABLE_RINGS = 12;
    internal const uint IORING_REGISTER_PBUF_RING = 22;
    internal const uint IORING_UNREGISTER_PBUF_RING = 23;

    internal const uint IORING_CQE_F_BUFFER = 1u << 0;
    internal const uint IORING_CQE_F_MORE = 1u << 1;
    internal const uint IORING_CQE_F_SOCK_NONEMPTY = 1u << 2;
    internal const uint IORING_CQE_F_NOTIF = 1u << 3;
    internal const int IORING_CQE_BUFFER_SHIFT = 16;

    private const int Setup = 425;
    private const int Enter = 426;
    private const int Register = 427;

    internal static int io_uring_setup(uint entries, IoUringParameters* parameters) =>
        (int)Syscall.Invoke(nameof(io_uring_setup), Setup, (nint)entries, (nint)parameters);

    internal static int io_uring_enter(int ring, uint submit, uint minimum, uint flags, void* argument, nuint size) =>
        (int)Syscall.Invoke(nameof(io_uring_enter), Enter, ring, (nint)submit, (nint)minimum, (nint)flags, (nint)argument, (nint)size);

    internal static int io_uring_register(int ring, uint operation, void* argument, uint count) =>
        (int)Syscall.Invoke(nameof(io_uring_register), Register, ring, (nint)operation, (nint)argument, (nint)count);
}
