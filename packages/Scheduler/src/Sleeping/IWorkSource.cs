namespace Gabbro.Scheduler.Sleeping;

/// <summary>What a searching worker looks at.</summary>
internal interface IWorkSource<TItem>
    where TItem : class
{
    /// <summary>There is nothing to search for any more. Once true, true for good; its setter wakes the worker.</summary>
    bool IsOver { get; }

    /// <summary>Whether somebody else would find work.</summary>
    bool IsWorkVisible { get; }

    /// <summary>Takes a piece of work from anywhere, asking owners of private work to share it on the way.</summary>
    TItem? TryTake();

    /// <summary>The worker is about to block.</summary>
    void BeforeSleep();
}
