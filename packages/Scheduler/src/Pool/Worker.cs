using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Deques;
using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>
/// One thread of a pool and what belongs to it: the split deque for forks, the Chase-Lev deque for spawned jobs, a
/// mailbox for jobs that must run on this very worker, and its counters.
/// </summary>
internal sealed partial class Worker
{
    /// <summary>Deeper recursions run their inner forks without offering them; 128 KiB of slots and jobs per worker.</summary>
    private const int ForkCapacity = 8192;

    [ThreadStatic]
    private static Worker? t_current;

    public readonly WorkPool Pool;
    public readonly int Index;
    public readonly JobSlot[] Slots = new JobSlot[ForkCapacity];

    /// <summary>Greater than zero: waiting may run only descendants of the job waited for.</summary>
    public int IsolationDepth;

    public SplitDeque<HardwareAtomics> Forks = SplitDeque<HardwareAtomics>.Create();
    public ChaseLevCore<Job, HardwareAtomics> Spawns = new(256);
    public WorkerCounters Counters;

    /// <summary>The first-in-first-out jobs this worker spawned.</summary>
    public FifoTicket FifoTicket => _fifoTicket ??= new FifoTicket();

    private readonly Thread _thread;
    private FifoTicket? _fifoTicket;
    private uint _random;

    /// <summary>Below this address of a local, waiting must not nest another stolen job on top of the stack.</summary>
    private nuint _nestingLimit;

    public Worker(WorkPool pool, int index, string name, int stackSize, bool background)
    {
        Pool = pool;
        Index = index;
        _random = (uint)(index + 1) * 0x9E3779B9;
        _thread = new Thread(Main, stackSize) { Name = name, IsBackground = background };
    }

    public static Worker? Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current;
    }

    /// <summary>Mark of the spawn deque: jobs pushed later lie at or above it.</summary>
    public long SpawnsBottom => Spawns.Bottom;

    public void Start() => _thread.UnsafeStart();

    public void JoinThread() => _thread.Join();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public ForkedJob<TJob, TResult> Install<TJob, TResult>(int slot)
        where TJob : struct, IForkJob<TResult>
    {
        var job = ForkedJobCache<TJob, TResult>.Take(this);
        Slots[slot].Job?.Recycle();
        Slots[slot].Job = job;
        return job;
    }

    /// <summary>
    /// The slow half of a push: makes forks stealable and wakes somebody for them. While workers sleep, every push comes
    /// here, so no private job waits for a worker that has nothing to do.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ShareForks()
    {
        Counters.Shares++;
        if (IsolationDepth > 0)
            StampPrivateForks(isolated: true);
        else
            StampPrivateForks(isolated: false);
        Forks.Share(all: false);
        var gate = Pool.Gate;
        gate.Notify();
        if (gate.Sleeping > 0)
            Forks.RequestShare();
    }

    /// <summary>The first half threw: the second must still end before the exception goes on.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void FinishAfterFailure<TJob, TResult>(ForkedJob<TJob, TResult> job, int slot)
        where TJob : struct, IForkJob<TResult>
    {
        Forks.Head = slot;
        try
        {
            if (slot >= Forks.Split || Forks.TryReclaim(slot))
            {
                var body = job.Body;
                job.Body = default;
                body.Run(new ForkContext(this));
            }
            else
            {
                AwaitStolen<TJob, TResult>(job, slot);
            }
        }
        catch
        {
            // The exception of the first half surfaces; one of the second is documented to be dropped.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public (TResultA, TResultB) JoinSerially<TA, TB, TResultA, TResultB>(TA a, TB b)
        where TA : struct, IForkJob<TResultA>
        where TB : struct, IForkJob<TResultB>
    {
        var context = new ForkContext(this);
        TResultA resultA;
        try
        {
            resultA = a.Run(context);
        }
        catch
        {
            try
            {
                b.Run(context);
            }
            catch
            {
                // As in FinishAfterFailure.
            }

            throw;
        }

        return (resultA, b.Run(context));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public TResult AwaitStolen<TJob, TResult>(ForkedJob<TJob, TResult> job, int slot)
        where TJob : struct, IForkJob<TResult>
    {
        // Jobs run while waiting push above this slot, as the invariant of the deque wants it.
        Forks.Head = slot + 1;
        Forks.Split = slot + 1;
        WaitForThief(job);
        Forks.Head = slot;
        Forks.ResetAfterStolen(slot);
        return job.Collect();
    }

    private void StampPrivateForks(bool isolated)
    {
        for (var i = Forks.Split; i < Forks.Head; i++)
            Slots[i].Job!.Isolated = isolated;
    }

    /// <summary>Xorshift, one per worker: only the start of a sweep over victims depends on it.</summary>
    private uint NextRandom()
    {
        var x = _random;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return _random = x;
    }

    private unsafe bool HasStackToNest()
    {
        byte local;
        return (nuint)(&local) > _nestingLimit;
    }
}
