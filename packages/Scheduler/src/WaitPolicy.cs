namespace Gabbro.Scheduler;

/// <summary>What a worker does while the other half of its fork runs elsewhere.</summary>
public enum WaitPolicy
{
    /// <summary>
    /// First jobs of the thief it waits for, then any job of the pool while less than half of its stack is in use. Keeps
    /// every processor busy; a job may find itself on top of an unrelated one, so no lock may be held across a fork.
    /// </summary>
    Steal = 0,

    /// <summary>
    /// Only jobs that descend from the one it waits for; blocks when there are none. No unrelated job ever runs on top of
    /// a waiting one, so locks may be held across a fork, at the price of idle time in deeply uneven trees.
    /// </summary>
    Isolate = 1,
}
