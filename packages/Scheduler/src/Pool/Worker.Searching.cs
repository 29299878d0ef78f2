using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Deques;
using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>Where a worker finds what to run next: itself, the injector, its victims, and sleep when there is nothing.</summary>
internal sealed partial class Worker
{
    /// <summary>Misses on the thief before a waiting worker looks at everybody (Lace uses the same number).</summary>
    private const int LeapfrogMisses = 32;

    /// <summary>Every so many jobs the injector comes first, so that a chain of spawns cannot starve it (Go uses 61).</summary>
    private const int FairnessInterval = 61;

    /// <summary>Spawned jobs taken from a victim at once, at most.</summary>
    private const int StealBatch = 32;

    private void WaitForThief(ForkedJob job)
    {
        SettleCredits();
        var misses = 0;
        while (!job.IsDone)
        {
            var thief = Volatile.Read(ref job.ThiefPlusOne) - 1;
            if (thief >= 0 && HasStackToNest() && TryStealFork(Pool.Workers[thief]!) is { } descendant)
            {
                Run(descendant);
                misses = 0;
            }
            else if (++misses <= LeapfrogMisses)
            {
                HardwareAtomics.Pause(Math.Min(misses, 6));
            }
            else if (MayNest())
            {
                if (FindWork(new ForkedJobDone(job), FindScope.Nested) is not { } other)
                    return;
                Run(other);
                misses = 0;
            }
            else
            {
                ParkFor(ref job.State, ForkedJob.Pending, ForkedJob.OwnerParked);
            }
        }
    }

    /// <summary>Runs whatever is there until the condition holds; blocks when there is nothing.</summary>
    public void WaitFor<TCondition>(TCondition condition)
        where TCondition : IWaitCondition
    {
        while (!condition.IsMet)
        {
            if (FindWork(condition, FindScope.NestedWithInjector) is not { } job)
                return;
            Run(job);
        }
    }

    /// <summary>Runs one of the jobs this worker spawned since, if one is left here.</summary>
    public bool TryRunSpawnedSince(long bottom)
    {
        if (Spawns.Bottom <= bottom || !Spawns.TryPop(out var job))
            return false;
        Run(job);
        return true;
    }

    /// <summary>Blocks on a word that a finisher exchanges, counting as idle nowhere: nothing else may wake this wait.</summary>
    public void ParkFor(ref int state, int pending, int parked)
    {
        SettleCredits();
        if (Interlocked.CompareExchange(ref state, parked, pending) != pending)
            return;
        Counters.Parks++;
        while (Volatile.Read(ref state) == parked)
            HardwareAtomics.Wait(ref state, parked, Timeout.InfiniteTimeSpan);
    }

    public bool MayNest() => IsolationDepth == 0 && Pool.MayNest && HasStackToNest();

    public void Run(Job job)
    {
        Counters.Jobs++;
        var scope = job.Scope;
        if (!ReferenceEquals(scope, _creditScope))
            SettleCredits();
        var outer = ActiveScope;
        var isolated = scope is { IsIsolated: true } ? 1 : 0;
        ActiveScope = scope;
        IsolationDepth += isolated;
        job.Execute(this);
        IsolationDepth -= isolated;
        ActiveScope = outer;
    }

    /// <summary>
    /// The next job, or null when the condition holds (at top level: when the pool stops and nothing is left).
    /// </summary>
    private Job? FindWork<TCondition>(TCondition condition, FindScope scope)
        where TCondition : IWaitCondition
    {
        if (TryTakeOwn(scope) is { } own)
            return own;

        SettleCredits();

        return Pool.Gate.Search<WorkerSource<TCondition>, Job>(
            Index, new WorkerSource<TCondition>(this, condition, scope), Pool.SearchLimit);
    }

    public Job? TryTakeOwn(FindScope scope)
    {
        if (TryTakeMail() is { } mail)
            return mail;
        if (scope != FindScope.Nested && Counters.Jobs % FairnessInterval == 0 && Pool.Injector.TryDequeue(out var first))
            return first;
        if (Spawns.TryPop(out var spawned))
            return spawned;
        return scope != FindScope.Nested && Pool.Injector.TryDequeue(out var injected) ? injected : null;
    }

    /// <summary>One round over the other workers from a random start; tries again where another thief was faster.</summary>
    public Job? Sweep()
    {
        var workers = Pool.Workers;
        var count = Pool.StartedWorkers;
        var victim = (int)(NextRandom() % (uint)count);
        for (var i = 0; i < count; i++)
        {
            if (victim != Index && workers[victim] is { } other)
            {
                var job = TryStealFork(other) ?? TryStealSpawned(other);
                if (job is not null)
                {
                    Counters.Steals++;
                    return job;
                }
            }

            if (++victim == count)
                victim = 0;
        }

        Counters.FailedSteals++;
        return null;
    }

    private ForkedJob? TryStealFork(Worker victim)
    {
        while (true)
        {
            switch (victim.Forks.TrySteal(out var slot))
            {
                case StealResult.Taken:
                    var job = victim.Slots[slot].Job!;
                    Volatile.Write(ref job.ThiefPlusOne, Index + 1);
                    return job;
                case StealResult.Empty:
                    return null;
                default:
                    Counters.LostRaces++;
                    break;
            }
        }
    }

    /// <summary>Takes one job to run and moves up to half of the rest here, one at a time as the deque demands.</summary>
    private Job? TryStealSpawned(Worker victim)
    {
        var batch = Math.Min(StealBatch, (victim.Spawns.Count + 1) / 2);
        Job? first = null;
        while (batch > 0)
        {
            switch (victim.Spawns.TrySteal(out var job))
            {
                case StealResult.Taken:
                    batch--;
                    if (first is null)
                        first = job;
                    else
                        Spawns.Push(job);
                    break;
                case StealResult.Empty:
                    return first;
                default:
                    Counters.LostRaces++;
                    break;
            }
        }

        return first;
    }
}
