using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>The thread of a worker from start to end.</summary>
internal sealed partial class Worker
{
    private object? _mail;
    private int _benched;

    public void PrepareBench() => Volatile.Write(ref _benched, 1);

    /// <summary>Puts a job where only this worker takes it. The caller need not be a worker.</summary>
    public void Send(Mail mail)
    {
        var seen = Volatile.Read(ref _mail);
        while (true)
        {
            mail.Next = (Mail?)seen;
            var found = Interlocked.CompareExchange(ref _mail, mail, seen);
            if (found == seen)
                break;
            seen = found;
        }

        Pool.Gate.WakeWorker(Index);
    }

    public bool HasMail => Volatile.Read(ref _mail) is not null;

    /// <summary>Called by the pool, which has taken this worker off the bench.</summary>
    public void LeaveBench()
    {
        Volatile.Write(ref _benched, 0);
        HardwareAtomics.WakeOne(ref _benched);
    }

    private void SitOnBench()
    {
        SettleCredits();
        while (Volatile.Read(ref _benched) == 1)
            HardwareAtomics.Wait(ref _benched, 1, Timeout.InfiniteTimeSpan);
    }

    private Mail? TryTakeMail()
    {
        // Only the owner removes, so taking the first of the list cannot suffer from ABA.
        while (Volatile.Read(ref _mail) is Mail first)
        {
            if (Interlocked.CompareExchange(ref _mail, first.Next, first) == first)
                return first;
        }

        return null;
    }

    private unsafe void Main()
    {
        byte local;

        // Half of the stack for the job at the bottom and its own recursion, half for jobs nested while waiting.
        _nestingLimit = (nuint)(&local) - (nuint)(Pool.StackSize / 2);
        t_current = this;
        Pool.OnWorkerStart(this);
        var stopping = new PoolStopping(Pool);
        while (FindWork(stopping, FindScope.TopLevel) is { } job)
        {
            Run(job);
            if (Index >= Pool.ThreadCount && Pool.HasSurplusStandIn && Spawns.Count == 0 && Pool.TryBench(this))
                SitOnBench();
        }

        Pool.OnWorkerStop(this);
        t_current = null;
    }
}
