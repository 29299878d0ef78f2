namespace Gabbro.Platform.Polling;

/// <summary>Operations of a <see cref="SubmissionRing"/> (<c>enum io_uring_op</c>). Whether the running kernel has one is what
/// <see cref="SubmissionRingFeatures.Supports"/> tells.</summary>
public enum SubmissionOpcode : byte
{
    /// <summary>Completes at once.</summary>
    Nop = 0,

    /// <summary>preadv2(2).</summary>
    ReadVectored = 1,

    /// <summary>pwritev2(2).</summary>
    WriteVectored = 2,

    /// <summary>fsync(2), fdatasync(2).</summary>
    Sync = 3,

    /// <summary>Read into a registered buffer.</summary>
    ReadFixed = 4,

    /// <summary>Write from a registered buffer.</summary>
    WriteFixed = 5,

    /// <summary>Wait for readiness, once or many times.</summary>
    PollAdd = 6,

    /// <summary>Cancel or change a poll.</summary>
    PollRemove = 7,

    /// <summary>sync_file_range(2).</summary>
    SyncRange = 8,

    /// <summary>sendmsg(2).</summary>
    SendMessage = 9,

    /// <summary>recvmsg(2), once or many times.</summary>
    ReceiveMessage = 10,

    /// <summary>A timer.</summary>
    Timeout = 11,

    /// <summary>Cancel or change a timer.</summary>
    TimeoutRemove = 12,

    /// <summary>accept4(2), once or many times.</summary>
    Accept = 13,

    /// <summary>Cancel other operations.</summary>
    Cancel = 14,

    /// <summary>A time limit on the operation it is linked to.</summary>
    LinkTimeout = 15,

    /// <summary>connect(2).</summary>
    Connect = 16,

    /// <summary>fallocate(2).</summary>
    Allocate = 17,

    /// <summary>openat(2).</summary>
    Open = 18,

    /// <summary>close(2).</summary>
    Close = 19,

    /// <summary>Change registered files.</summary>
    FilesUpdate = 20,

    /// <summary>statx(2).</summary>
    Status = 21,

    /// <summary>read(2), pread(2).</summary>
    Read = 22,

    /// <summary>write(2), pwrite(2).</summary>
    Write = 23,

    /// <summary>posix_fadvise(2).</summary>
    FileAdvise = 24,

    /// <summary>madvise(2).</summary>
    MemoryAdvise = 25,

    /// <summary>send(2).</summary>
    Send = 26,

    /// <summary>recv(2), once or many times.</summary>
    Receive = 27,

    /// <summary>openat2(2).</summary>
    Open2 = 28,

    /// <summary>epoll_ctl(2).</summary>
    PollerControl = 29,

    /// <summary>splice(2).</summary>
    Splice = 30,

    /// <summary>Give buffers to the kernel, the older way.</summary>
    ProvideBuffers = 31,

    /// <summary>Take buffers back.</summary>
    RemoveBuffers = 32,

    /// <summary>tee(2).</summary>
    Tee = 33,

    /// <summary>shutdown(2).</summary>
    Shutdown = 34,

    /// <summary>renameat2(2).</summary>
    Rename = 35,

    /// <summary>unlinkat(2).</summary>
    Unlink = 36,

    /// <summary>mkdirat(2).</summary>
    MakeDirectory = 37,

    /// <summary>symlinkat(2).</summary>
    SymbolicLink = 38,

    /// <summary>linkat(2).</summary>
    HardLink = 39,

    /// <summary>Put a completion into another ring.</summary>
    RingMessage = 40,

    /// <summary>fsetxattr(2).</summary>
    SetAttributeOfFile = 41,

    /// <summary>setxattr(2).</summary>
    SetAttribute = 42,

    /// <summary>fgetxattr(2).</summary>
    GetAttributeOfFile = 43,

    /// <summary>getxattr(2).</summary>
    GetAttribute = 44,

    /// <summary>socket(2).</summary>
    Socket = 45,

    /// <summary>ioctl-like commands of a driver.</summary>
    Command = 46,

    /// <summary>Send without copying; a second completion tells that the memory is free.</summary>
    SendZeroCopy = 47,

    /// <summary>sendmsg without copying.</summary>
    SendMessageZeroCopy = 48,

    /// <summary>Read many times into provided buffers.</summary>
    ReadMultishot = 49,

    /// <summary>waitid(2).</summary>
    WaitForChild = 50,

    /// <summary>futex_wait(2).</summary>
    FutexWait = 51,

    /// <summary>futex_wake(2).</summary>
    FutexWake = 52,
}
