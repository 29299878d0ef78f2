namespace Gabbro.Platform.Machine;

/// <summary>What a system may or may not have. Each has a fallback or an honest answer where it is missing.</summary>
public enum Feature : byte
{
    /// <summary>Complete file status in one call (statx). Fallback: fstatat, without birth time.</summary>
    CompleteStatus = 0,

    /// <summary>Opening below a root in one call (openat2). Fallback: name by name.</summary>
    OpenBeneath,

    /// <summary>Renaming without replacing, or exchanging (renameat2, renameatx_np). No fallback: it would not be atomic.</summary>
    RenameModes,

    /// <summary>Copying inside the system (copy_file_range). Fallback: reading and writing.</summary>
    CopyRange,

    /// <summary>Locks that belong to the open file (F_OFD_SETLK, LockFileEx). Fallback on macOS: a table in the process.</summary>
    OpenFileLocks,

    /// <summary>Random bytes without a device (getrandom, getentropy, BCryptGenRandom). Fallback: /dev/urandom.</summary>
    RandomCall,

    /// <summary>A barrier on all threads (membarrier, FlushProcessWriteBuffers). Fallback: the run-time library's.</summary>
    ProcessBarrier,

    /// <summary>Files that are memory (memfd_create). Fallback: an unlinked file.</summary>
    MemoryFile,

    /// <summary>Waiting on addresses across processes (futex). No fallback on Windows.</summary>
    SharedFutex,

    /// <summary>Faulting pages in with an error instead of a signal (MADV_POPULATE_READ). Fallback: reading with pread.</summary>
    PopulatePages,

    /// <summary>Explicit large pages that are set aside or permitted. Fallback: ordinary pages with advice.</summary>
    LargePages,

    /// <summary>Memory placement (mbind). No fallback.</summary>
    MemoryNodes,

    /// <summary>Thread affinity. No fallback on macOS.</summary>
    ThreadAffinity,

    /// <summary>Handles to processes that cannot be reused (pidfd_open; any Windows handle). Fallback: process numbers.</summary>
    ProcessHandles,

    /// <summary>Starting children with full control (clone3). Fallback: posix_spawn.</summary>
    CloneWithControl,

    /// <summary>Closing ranges of descriptors in one call (close_range). Fallback: one by one.</summary>
    CloseRange,

    /// <summary>Rings for submission and completion (io_uring). Fallback: readiness.</summary>
    SubmissionRings,

    /// <summary>Reads that fail instead of waiting for the disk (preadv2 with RWF_NOWAIT). Fallback: ordinary reads.</summary>
    ReadWithoutWaiting,

    /// <summary>Restricting file access of the process (Landlock). No fallback.</summary>
    Landlock,
}
