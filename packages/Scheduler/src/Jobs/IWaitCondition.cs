namespace Gabbro.Scheduler.Jobs;

/// <summary>What a waiting worker waits for.</summary>
internal interface IWaitCondition
{
    /// <summary>Once true, true for good. Whoever makes it true does so with a full fence and then wakes the waiter.</summary>
    bool IsMet { get; }
}
