namespace Gabbro.Platform.Threading;

/// <summary>How a thread competes with others for processors.</summary>
public enum ThreadUrgency : byte
{
    /// <summary>Only when nothing else runs (SCHED_IDLE; background on macOS).</summary>
    Idle = 0,

    /// <summary>Two steps below normal (nice 10 on Linux).</summary>
    Lowest = 1,

    /// <summary>One step below normal (nice 5).</summary>
    BelowNormal = 2,

    /// <summary>As threads start.</summary>
    Normal = 3,

    /// <summary>One step above normal (nice -5); needs a privilege or limit on Linux.</summary>
    AboveNormal = 4,

    /// <summary>Two steps above normal (nice -10); needs a privilege or limit on Linux.</summary>
    Highest = 5,

    /// <summary>Before all ordinary threads (SCHED_RR, priority 1); needs a privilege or limit on Linux.</summary>
    RealTime = 6,
}
