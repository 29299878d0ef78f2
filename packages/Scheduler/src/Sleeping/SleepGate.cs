using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Sleeping;

/// <summary>
/// Decides who looks for work, who sleeps and whom a new piece of work wakes. The protocol and the argument that no
/// wake-up is lost stand in README.md beside this file; the model tests run this very code.
/// </summary>
/// <remarks>
/// One word counts the searching and the sleeping workers; one futex word per worker says whether it sleeps. Whoever
/// publishes work looks at the count after a fence, whoever goes to sleep raises the count before a fence and then
/// looks at all work once more. At most one worker is woken while another already searches; a searcher that finds work
/// and was the last one looks whether somebody must follow.
/// </remarks>
internal sealed class SleepGate<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Awake = 0;
    private const int Asleep = 1;
    private const int Claimed = 2;
    private const int Notified = 3;

    private const long OneSearching = 1L;
    private const long OneSleeping = 1L << 32;

    /// <summary>
    /// Looks before sleeping: these many a tenth of a microsecond apart, in which the next job of a caller that waits for each
    /// arrives, and then with growing pauses. Together about 10 us, somewhat more than a futex wake-up costs both sides;
    /// longer burns the processor of a quiet pool.
    /// </summary>
    private const int QuickRounds = 16;

    private const int SearchRounds = QuickRounds + 11;

    private readonly int _workers;

    /// <summary>One word per worker, a cache line apart, pinned because the kernel knows it by address.</summary>
    private readonly int[] _words;

    private CacheLine.PaddedInt64 _counts;
    private long _wakeUps;

    public SleepGate(int workers)
    {
        _workers = workers;
        _words = GC.AllocateArray<int>((workers + 1) * CacheLine.Int32Stride, pinned: true);
    }

    /// <summary>Sleepers woken so far.</summary>
    public long WakeUps => Volatile.Read(ref _wakeUps);

    public int Sleeping => (int)(TAtomics.Load(ref _counts.Value) >> 32);

    public int Searching => (int)TAtomics.Load(ref _counts.Value);

    /// <summary>True while at least one worker sleeps or searches; a hint.</summary>
    public bool AnyIdle => TAtomics.Load(ref _counts.Value) != 0;

    /// <summary>
    /// Looks for work until there is some or the source says there is nothing to wait for (then null); sleeps when looking
    /// stays fruitless.
    /// </summary>
    /// <param name="worker">Number of the caller.</param>
    /// <param name="source">Where to look.</param>
    /// <param name="searchLimit">Searchers at which the caller sleeps after one look instead of many.</param>
    /// <param name="rounds">Looks before sleeping.</param>
    public TItem? Search<TSource, TItem>(int worker, TSource source, int searchLimit, int rounds = SearchRounds)
        where TSource : struct, IWorkSource<TItem>
        where TItem : class
    {
        var searching = TryBeginSearch(searchLimit);
        while (true)
        {
            if (searching)
            {
                for (var round = 0; round < rounds; round++)
                {
                    if (source.IsOver)
                        return StopSearching<TSource, TItem>(source, null);
                    if (source.TryTake() is { } found)
                        return StopSearching<TSource, TItem>(source, found);
                    TAtomics.Pause(round < QuickRounds ? 1 : round - QuickRounds + 2);
                }
            }

            PrepareSleep(worker, searching);
            searching = true;

            // The look after the announcement: whatever was published before a publisher could see us asleep is found
            // here; whoever publishes later sees us.
            var item = source.IsOver ? null : source.TryTake();
            if (item is not null || source.IsOver)
            {
                CancelSleep(worker);
                return StopSearching<TSource, TItem>(source, item);
            }

            source.BeforeSleep();
            CommitSleep(worker);
        }
    }

    /// <summary>Counts the caller as searching unless that would make more than half of the workers search.</summary>
    private bool TryBeginSearch(int limit)
    {
        var counts = TAtomics.Load(ref _counts.Value);
        while ((int)counts < limit)
        {
            var seen = TAtomics.CompareExchange(ref _counts.Value, counts + OneSearching, counts);
            if (seen == counts)
                return true;
            counts = seen;
        }

        return false;
    }

    /// <summary>
    /// The caller, counted as searching, stops. True when it was the last searcher while others sleep: it must then look
    /// at all work once more and call <see cref="Notify"/> if there is any, before it does anything else.
    /// </summary>
    private bool EndSearch()
    {
        var counts = TAtomics.Add(ref _counts.Value, -OneSearching);
        return (int)counts == 0 && counts >= OneSleeping;
    }

    /// <summary>
    /// Announces sleep. The caller must then look at everything it could be woken for, once, and call either
    /// <see cref="CancelSleep"/> or <see cref="CommitSleep"/>.
    /// </summary>
    private void PrepareSleep(int worker, bool searching)
    {
        TAtomics.Store(ref Word(worker), Asleep);
        TAtomics.Add(ref _counts.Value, searching ? OneSleeping - OneSearching : OneSleeping);

        // Partner of the light fence of a publisher (NotifyAfterLightFence): after this every store a publisher made
        // before it read the counts without us is visible to the look that follows.
        TAtomics.HeavyFence();
    }

    /// <summary>Takes the announcement back. The caller is counted as searching, whether somebody woke it meanwhile or not.</summary>
    private void CancelSleep(int worker)
    {
        ref var word = ref Word(worker);
        if (TAtomics.CompareExchange(ref word, Awake, Asleep) == Asleep)
            TAtomics.Add(ref _counts.Value, OneSearching - OneSleeping);
        else
            AwaitNotice(ref word);
    }

    /// <summary>Sleeps until woken. The caller is counted as searching afterwards: its waker did that.</summary>
    private void CommitSleep(int worker)
    {
        ref var word = ref Word(worker);
        while (TAtomics.Load(ref word) == Asleep)
            TAtomics.Wait(ref word, Asleep, Timeout.InfiniteTimeSpan);
        AwaitNotice(ref word);
    }

    /// <summary>
    /// Wakes one sleeper if nobody searches. The caller published its work with a full fence (any interlocked
    /// operation). True when somebody was woken.
    /// </summary>
    public bool Notify()
    {
        var counts = TAtomics.Load(ref _counts.Value);
        return counts >= OneSleeping && (int)counts == 0 && WakeAny();
    }

    /// <summary>As <see cref="Notify"/> for a caller that published its work by a plain releasing store.</summary>
    public bool NotifyAfterStore()
    {
        // Partner of the heavy fence in PrepareSleep.
        TAtomics.LightFence();
        return Notify();
    }

    /// <summary>Wakes this worker if it sleeps: for what only it waits for. Same fence as <see cref="Notify"/>.</summary>
    public bool WakeWorker(int worker)
    {
        ref var word = ref Word(worker);
        if (TAtomics.Load(ref word) != Asleep || TAtomics.CompareExchange(ref word, Claimed, Asleep) != Asleep)
            return false;

        // The counts move before the worker does: it takes itself off the searchers as soon as it finds work.
        TAtomics.Add(ref _counts.Value, OneSearching - OneSleeping);
        TAtomics.Exchange(ref word, Notified);
        Interlocked.Increment(ref _wakeUps);
        TAtomics.WakeOne(ref word);
        return true;
    }

    /// <summary>Wakes everybody: the end of the pool.</summary>
    public void WakeAll()
    {
        TAtomics.Fence();
        for (var i = 0; i < _workers; i++)
            WakeWorker(i);
    }

    private TItem? StopSearching<TSource, TItem>(TSource source, TItem? found)
        where TSource : struct, IWorkSource<TItem>
        where TItem : class
    {
        if (EndSearch())
        {
            // Partner of the light fence of a publisher that saw us searching and therefore woke nobody.
            TAtomics.HeavyFence();
            if (source.IsWorkVisible)
                Notify();
        }

        return found;
    }

    /// <summary>Claimed: the waker is between its two steps, a few instructions unless it was preempted there.</summary>
    private static void AwaitNotice(ref int word)
    {
        for (var round = 0; TAtomics.Load(ref word) != Notified; round++)
            TAtomics.Pause(round);
        TAtomics.Store(ref word, Awake);
    }

    /// <summary>
    /// Low numbers first, always: the same few workers serve a trickle of work with warm caches and the rest sleep on.
    /// </summary>
    private bool WakeAny()
    {
        for (var i = 0; i < _workers; i++)
        {
            if (WakeWorker(i))
                return true;
        }

        return false;
    }

    private ref int Word(int worker) => ref _words[(worker + 1) * CacheLine.Int32Stride];
}
