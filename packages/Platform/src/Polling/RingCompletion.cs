using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Polling;

/// <summary>One completion of a <see cref="SubmissionRing"/> (<c>struct io_uring_cqe</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct RingCompletion
{
    private readonly ulong _userData;
    private readonly int _result;
    private readonly uint _flags;

    internal RingCompletion(ulong userData, int result, uint flags)
    {
        _userData = userData;
        _result = result;
        _flags = flags;
    }

    /// <summary>The value the entry carried.</summary>
    public ulong UserData => _userData;

    /// <summary>What the call would have returned: a count or a descriptor; the negated errno when it failed.</summary>
    public int Result => _result;

    /// <summary>The raw <c>IORING_CQE_F_*</c> bits.</summary>
    public uint Flags => _flags;

    /// <summary>True when the operation succeeded.</summary>
    public bool IsSuccess => _result >= 0;

    /// <summary>Why the operation failed; success when it did not.</summary>
    public NativeError Error => _result >= 0 ? default : NativeError.FromErrno(-_result);

    /// <summary>True when the entry stays active and more completions follow: a multishot operation goes on, or the notification
    /// of a zero-copy send is to come. False ends it; a multishot operation must then be submitted again.</summary>
    public bool HasMore => (_flags & IoUring.IORING_CQE_F_MORE) != 0;

    /// <summary>True when a provided buffer was used; <see cref="BufferId"/> names it.</summary>
    public bool HasBuffer => (_flags & IoUring.IORING_CQE_F_BUFFER) != 0;

    /// <summary>The number of the provided buffer that holds the data.</summary>
    public ushort BufferId => (ushort)(_flags >> IoUring.IORING_CQE_BUFFER_SHIFT);

    /// <summary>True when the socket had more data left after this receive.</summary>
    public bool IsSocketNonEmpty => (_flags & IoUring.IORING_CQE_F_SOCK_NONEMPTY) != 0;

    /// <summary>True for the second completion of a zero-copy send: the memory may be used again.</summary>
    public bool IsNotification => (_flags & IoUring.IORING_CQE_F_NOTIF) != 0;
}
