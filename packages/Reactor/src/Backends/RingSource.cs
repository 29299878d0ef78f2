using Gabbro.Platform;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Polling;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// Readiness from multishot polls on an io_uring: one entry a descriptor for its whole life, submitted together with the
/// wait, so that registering costs no call of its own.
/// </summary>
/// <remarks>
/// A multishot poll reports wake-ups, not states: it is edge triggered by nature. It ends by itself when the completion
/// queue overflows or the kernel runs short; the completion then says that no more will come, and the poll is started
/// again, which reports what is ready at that moment, so no edge is lost. A poll holds a reference to the open file: it is
/// removed, and the removal submitted, before the descriptor is closed, or the peer would not see the end.
/// </remarks>
internal sealed class RingSource : ReadySource
{
    private const ulong WakeToken = ulong.MaxValue;

    /// <summary>Marks the removal of the poll with the rest of the token; generations leave this bit free.</summary>
    private const ulong Removal = 1UL << 63;
    private const uint PollIn = 0x1;
    private const uint PollOut = 0x4;
    private const uint PollError = 0x8;
    private const uint PollHangUp = 0x10;
    private const uint PollReadHangUp = 0x2000;
    private const uint PollEdge = 1u << 31;

    /// <summary>Entries collected between two waits; a full queue is submitted early.</summary>
    private const int Entries = 1024;

    private readonly EventSignal _wake;
    private readonly RingCompletion[] _completions = new RingCompletion[Entries];
    private readonly Dictionary<ulong, (int Descriptor, uint Events)> _polls = [];

    public RingSource()
    {
        // Cooperative: the kernel need not interrupt a thread that comes by at the end of every turn. Deferring all of it to
        // the wait would be cheaper still, but binds the ring to one thread for good, and a loop may be made on one thread,
        // run on a second and be disposed on a third.
        Ring = SubmissionRing.Create(new SubmissionRingOptions { Entries = Entries, CompletionEntries = Entries * 8, CooperativeTaskRun = true });
        try
        {
            _wake = EventSignal.Create();
            Start(WakeToken, (int)_wake.DangerousGetHandle(), PollIn);
        }
        catch
        {
            _wake?.Dispose();
            Ring.Dispose();
            throw;
        }
    }

    /// <summary>The ring, for operations that are no polls.</summary>
    public SubmissionRing Ring { get; }

    public override bool NeedsRearm => false;

    public override void Add(SystemHandle handle, ulong token, PollInterest interest)
    {
        uint events = PollEdge;
        if ((interest & PollInterest.Readable) != 0)
            events |= PollIn;
        if ((interest & PollInterest.Writable) != 0)
            events |= PollOut;
        if ((interest & PollInterest.ReadClosed) != 0)
            events |= PollReadHangUp;
        Start(token, (int)handle.DangerousGetHandle(), events);
    }

    public override void Remove(SystemHandle handle, ulong token)
    {
        if (!_polls.Remove(token))
            return;
        Ring.TakeEntry().PreparePollRemove(token, token | Removal);
        Ring.Submit();
    }

    public override void Rearm(SystemHandle handle)
    {
    }

    /// <summary>Submits what is queued, waits, and gives the completions, which the next call overwrites.</summary>
    public ReadOnlySpan<RingCompletion> Collect(TimeSpan timeout, int most) =>
        _completions.AsSpan(0, Ring.SubmitAndWait(_completions.AsSpan(0, most), timeout == TimeSpan.Zero ? 0 : 1, timeout));

    /// <summary>Reads the completion of a poll.</summary>
    /// <returns>False when it says nothing about a descriptor: a wake, a removal, or a descriptor that is gone.</returns>
    public bool TryTranslate(in RingCompletion completion, out PollEvent reported)
    {
        reported = default;
        if (completion.UserData != WakeToken && (completion.UserData & Removal) != 0)
        {
            Retry(completion);
            return false;
        }

        if (!_polls.TryGetValue(completion.UserData, out (int Descriptor, uint Events) poll))
            return false;
        if (!completion.HasMore)
            Ring.TakeEntry().PreparePoll(poll.Descriptor, poll.Events, multishot: true, completion.UserData);
        if (completion.UserData == WakeToken)
        {
            _wake.Reset();
            return false;
        }

        if (!completion.IsSuccess)
            return false;
        reported = new PollEvent(completion.UserData, Translate((uint)completion.Result));
        return true;
    }

    public override int Wait(Span<PollEvent> events, TimeSpan timeout)
    {
        int kept = 0;
        foreach (ref readonly RingCompletion completion in Collect(timeout, Math.Min(events.Length, _completions.Length)))
        {
            if (TryTranslate(completion, out PollEvent reported))
                events[kept++] = reported;
        }

        return kept;
    }

    public override void Wake() => _wake.Set();

    public override void Dispose()
    {
        Ring.Dispose();
        _wake.Dispose();
    }

    /// <summary>
    /// A poll that is just reporting cannot be removed at that moment. Left alone it would hold the file open, and the peer
    /// would never see the end.
    /// </summary>
    private void Retry(in RingCompletion removal)
    {
        if (removal.Error.Kind == ErrorKind.AlreadyInProgress)
            Ring.TakeEntry().PreparePollRemove(removal.UserData & ~Removal, removal.UserData);
    }

    private void Start(ulong token, int descriptor, uint events)
    {
        _polls[token] = (descriptor, events);
        Ring.TakeEntry().PreparePoll(descriptor, events, multishot: true, token);
    }

    private static PollReadiness Translate(uint events)
    {
        PollReadiness readiness = PollReadiness.None;
        if ((events & PollIn) != 0)
            readiness |= PollReadiness.Readable;
        if ((events & PollOut) != 0)
            readiness |= PollReadiness.Writable;
        if ((events & PollReadHangUp) != 0)
            readiness |= PollReadiness.ReadClosed;
        if ((events & PollHangUp) != 0)
            readiness |= PollReadiness.HangUp;
        if ((events & PollError) != 0)
            readiness |= PollReadiness.Error;
        return readiness;
    }
}
