using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using static Gabbro.Platform.Native.Linux.IoUring;

namespace Gabbro.Platform.Polling;

/// <summary>
/// An io_uring (Linux 5.11 or newer): a queue of operations for the kernel and a queue of their completions, both in shared
/// memory, so that one call submits and collects many. It is a mechanism: entries are the kernel's own, and nothing is
/// tracked between submission and completion.
/// </summary>
/// <remarks>Not safe for use by several threads at once, disposal included. Taking entries, submitting and collecting allocate
/// nothing. Disposing cancels what is pending without waiting: memory given to operations must outlive them, so collect
/// their completions first. See io_uring(7).</remarks>
public sealed unsafe partial class SubmissionRing : SystemHandle
{
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly SubmissionEntry* _entries;
    private readonly nuint _entriesLength;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint* _completionOverflow;
    private readonly uint _completionMask;
    private readonly RingCompletion* _completions;
    private readonly bool _kernelPolling;
    private readonly bool _mustEnterToRun;

    /// <summary>Entries handed out: the tail the kernel will see at the next submit.</summary>
    private uint _tail;

    private SubmissionRing(int ring, in IoUringParameters parameters, byte* rings, nuint ringsLength, SubmissionEntry* entries, nuint entriesLength)
        : base(ring, ownsHandle: true)
    {
        _rings = rings;
        _ringsLength = ringsLength;
        _entries = entries;
        _entriesLength = entriesLength;
        _submissionHead = (uint*)(rings + parameters.sq_off.head);
        _submissionTail = (uint*)(rings + parameters.sq_off.tail);
        _submissionFlags = (uint*)(rings + parameters.sq_off.flags);
        _submissionMask = *(uint*)(rings + parameters.sq_off.ring_mask);
        _completionHead = (uint*)(rings + parameters.cq_off.head);
        _completionTail = (uint*)(rings + parameters.cq_off.tail);
        _completionOverflow = (uint*)(rings + parameters.cq_off.overflow);
        _completionMask = *(uint*)(rings + parameters.cq_off.ring_mask);
        _completions = (RingCompletion*)(rings + parameters.cq_off.cqes);
        _kernelPolling = (parameters.flags & IORING_SETUP_SQPOLL) != 0;
        // With these the kernel runs completion work only inside io_uring_enter with GETEVENTS.
        _mustEnterToRun = (parameters.flags & (IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_IOPOLL)) != 0;
        Entries = (int)parameters.sq_entries;
        CompletionEntries = (int)parameters.cq_entries;
        // Entries are always used in order, so the indirection array is the identity for good.
        uint* array = (uint*)(rings + parameters.sq_off.array);
        for (uint i = 0; i < parameters.sq_entries; i++) array[i] = i;
    }

    /// <summary>The size of the submission queue.</summary>
    public int Entries { get; }

    /// <summary>The size of the completion queue.</summary>
    public int CompletionEntries { get; }

    /// <summary>Entries taken and not yet consumed by the kernel.</summary>
    public int Pending => (int)(_tail - Volatile.Read(ref *_submissionHead));

    /// <summary>Completions lost because the queue was full: 0 on every kernel that keeps them aside (5.5 or newer).</summary>
    public uint LostCompletions => Volatile.Read(ref *_completionOverflow);

    /// <summary>Completions waiting to be collected.</summary>
    public int Available => (int)(Volatile.Read(ref *_completionTail) - *_completionHead);

    /// <summary>Creates a ring.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Queue sizes out of range.</exception>
    /// <exception cref="PlatformException">The kernel refused: see <see cref="SubmissionRingFeatures.Error"/> for the kinds.</exception>
    public static SubmissionRing Create(SubmissionRingOptions? options = null)
    {
        NativeError error = TryCreate(options, out SubmissionRing? ring);
        if (ring is null) error.Throw("io_uring_setup");
        return ring;
    }

    /// <summary>Creates a ring, or says why not.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="ring">The ring, null on failure.</param>
    /// <exception cref="ArgumentOutOfRangeException">Queue sizes out of range.</exception>
    public static NativeError TryCreate(SubmissionRingOptions? options, out SubmissionRing? ring)
    {
        options ??= new SubmissionRingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Entries, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Entries, 32768, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.CompletionEntries, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CompletionEntries, 65536, nameof(options));
        ring = null;
        if (!Host.IsLinux) return NativeError.Of(ErrorKind.NotSupported);
        IoUringParameters parameters = new()
        {
            flags = SetupFlags(options),
            cq_entries = (uint)options.CompletionEntries,
            sq_thread_idle = (uint)Math.Clamp(options.KernelPollingIdle.TotalMilliseconds, 0, int.MaxValue),
        };
        int descriptor = io_uring_setup((uint)options.Entries, &parameters);
        if (descriptor < 0) return NativeError.Last();
        const uint Needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;
        if ((parameters.features & Needed) != Needed)
        {
            Unistd.close(descriptor);
            return NativeError.Of(ErrorKind.NotImplemented);
        }

        const int Populate = 0x8000;
        nuint ringsLength = Math.Max(
            parameters.sq_off.array + (parameters.sq_entries * sizeof(uint)),
            parameters.cq_off.cqes + (parameters.cq_entries * (uint)sizeof(RingCompletion)));
        void* rings = Mman.mmap(null, ringsLength, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED | Populate, descriptor, (long)IORING_OFF_SQ_RING);
        if (rings == Mman.Failed)
        {
            NativeError error = NativeError.Last();
            Unistd.close(descriptor);
            return error;
        }

        nuint entriesLength = parameters.sq_entries * (nuint)sizeof(SubmissionEntry);
        void* entries = Mman.mmap(null, entriesLength, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED | Populate, descriptor, (long)IORING_OFF_SQES);
        if (entries == Mman.Failed)
        {
            NativeError error = NativeError.Last();
            Mman.munmap(rings, ringsLength);
            Unistd.close(descriptor);
            return error;
        }

        ring = new SubmissionRing(descriptor, parameters, (byte*)rings, ringsLength, (SubmissionEntry*)entries, entriesLength);
        return default;
    }

    /// <summary>Takes the next entry, cleared. It is submitted by the next <see cref="Submit"/>, in order.</summary>
    /// <param name="entry">The entry, to be filled before the submit; null when the queue is full.</param>
    /// <returns>False when the queue is full: submit first.</returns>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public bool TryTakeEntry(out SubmissionEntry* entry)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        // Pairs with the kernel's release of the head: it has read the entry before it lets us write over it.
        if (_tail - Volatile.Read(ref *_submissionHead) > _submissionMask)
        {
            entry = null;
            return false;
        }

        entry = _entries + (_tail++ & _submissionMask);
        *entry = default;
        return true;
    }

    /// <summary>Takes the next entry, cleared, submitting what is queued when there is no room.</summary>
    /// <exception cref="PlatformException">The submit failed, or the kernel takes no more until completions are collected
    /// (kind busy).</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public ref SubmissionEntry TakeEntry()
    {
        SubmissionEntry* entry;
        while (!TryTakeEntry(out entry))
        {
            int submitted = Submit();
            if (_kernelPolling) Enter(0, 0, IORING_ENTER_SQ_WAIT, null, 0);
            else if (submitted == 0) NativeError.Of(ErrorKind.Busy).Throw("io_uring_enter", "completions must be collected first");
        }

        return ref *entry;
    }

    /// <summary>Submits the entries taken since the last submit.</summary>
    /// <returns>How many the kernel took; with kernel polling, how many it was given.</returns>
    /// <exception cref="PlatformException">The kernel refused for good. When it is only short of memory or completions must be
    /// collected first, the count is lower and no exception is thrown.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public int Submit()
    {
        TrySubmit(out int submitted).ThrowIfError("io_uring_enter");
        return submitted;
    }

    /// <summary>Submits the entries taken since the last submit, or says why not.</summary>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public NativeError TrySubmit(out int submitted) => SubmitAndWait(0, null, out submitted);

    /// <summary>Submits, waits until so many completions are there, and collects.</summary>
    /// <param name="completions">Receives completions.</param>
    /// <param name="minimum">How many to wait for; 0 only looks.</param>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>How many were collected: fewer than the minimum when the time was up, a signal came, or the span is short.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative minimum or time.</exception>
    /// <exception cref="PlatformException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public int SubmitAndWait(Span<RingCompletion> completions, int minimum, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        Timespec time = new() { tv_sec = timeout.Ticks / TimeSpan.TicksPerSecond, tv_nsec = timeout.Ticks % TimeSpan.TicksPerSecond * 100 };
        uint wanted = Available >= minimum ? 0 : (uint)minimum;
        NativeError error = SubmitAndWait(wanted, timeout < TimeSpan.Zero ? null : &time, out _);
        error.ThrowIfError("io_uring_enter");
        return Collect(completions);
    }

    /// <summary>Collects completions that are there, without a call into the kernel.</summary>
    /// <returns>How many were collected.</returns>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public int Collect(Span<RingCompletion> completions)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        uint head = *_completionHead;
        // Pairs with the kernel's release of the tail: the entries before it are written.
        uint available = Volatile.Read(ref *_completionTail) - head;
        int count = (int)Math.Min(available, (uint)completions.Length);
        for (int i = 0; i < count; i++) completions[i] = _completions[(head + (uint)i) & _completionMask];
        // Release: the kernel may write over the entries only after they were read.
        if (count > 0) Volatile.Write(ref *_completionHead, head + (uint)count);
        return count;
    }

    /// <summary>Lets a ring that was created disabled begin.</summary>
    /// <exception cref="PlatformException">It was not disabled.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void Enable() => Register(IORING_REGISTER_ENABLE_RINGS, null, 0, "enable ring");

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Mman.munmap(_entries, _entriesLength);
        Mman.munmap(_rings, _ringsLength);
        return base.ReleaseHandle();
    }

    private NativeError SubmitAndWait(uint minimum, Timespec* timeout, out int submitted)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        submitted = 0;
        uint queued = _tail - *_submissionTail;
        // Release: the entries are written before the kernel sees the tail.
        Volatile.Write(ref *_submissionTail, _tail);
        uint flags = 0;
        uint toSubmit = _tail - Volatile.Read(ref *_submissionHead);
        if (_kernelPolling)
        {
            // The tail must be visible before the flag is read, or the kernel thread falls asleep unseen in between.
            Interlocked.MemoryBarrier();
            if ((Volatile.Read(ref *_submissionFlags) & IORING_SQ_NEED_WAKEUP) != 0) flags |= IORING_ENTER_SQ_WAKEUP;
            toSubmit = 0;
            submitted = (int)queued;
        }

        uint state = Volatile.Read(ref *_submissionFlags);
        if (minimum > 0 || (state & (IORING_SQ_CQ_OVERFLOW | IORING_SQ_TASKRUN)) != 0 || _mustEnterToRun) flags |= IORING_ENTER_GETEVENTS;
        if (toSubmit == 0 && flags == 0) return default;
        IoUringGeteventsArgument argument = new() { ts = (ulong)timeout };
        int result = timeout == null || minimum == 0
            ? Enter(toSubmit, minimum, flags, null, 0)
            : Enter(toSubmit, minimum, flags | IORING_ENTER_EXT_ARG, &argument, (nuint)sizeof(IoUringGeteventsArgument));
        if (result >= 0)
        {
            if (!_kernelPolling) submitted = result;
            return default;
        }

        NativeError error = NativeError.Last();
        // ETIME: the time was up. EINTR: a signal. EBUSY, EAGAIN: collect completions or wait for memory, then submit again.
        return error.Code is LinuxErrors.ETIME or LinuxErrors.EINTR or LinuxErrors.EBUSY or LinuxErrors.EAGAIN ? default : error;
    }

    private int Enter(uint submit, uint minimum, uint flags, void* argument, nuint size) =>
        io_uring_enter((int)handle, submit, minimum, flags, argument, size);

    private static uint SetupFlags(SubmissionRingOptions options)
    {
        uint flags = IORING_SETUP_CLAMP;
        if (options.CompletionEntries > 0) flags |= IORING_SETUP_CQSIZE;
        if (options.SingleIssuer) flags |= IORING_SETUP_SINGLE_ISSUER;
        if (options.DeferTaskRun) flags |= IORING_SETUP_DEFER_TASKRUN;
        if (options.CooperativeTaskRun) flags |= IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
        if (options.KernelPolling) flags |= IORING_SETUP_SQPOLL;
        if (options.DevicePolling) flags |= IORING_SETUP_IOPOLL;
        if (options.StartDisabled) flags |= IORING_SETUP_R_DISABLED;
        return flags;
    }
}
