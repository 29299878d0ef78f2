namespace Gabbro.Reactor.Time;

/// <summary>What an <see cref="Interval"/> does about ticks that passed while nobody waited for them.</summary>
public enum MissedTicks : byte
{
    /// <summary>They follow at once, one after the other, until the schedule is caught up: the count stays right.</summary>
    Burst,

    /// <summary>The schedule moves: the next tick comes a full period after the late one.</summary>
    Delay,

    /// <summary>They are left out; the next tick comes at the next multiple of the period: the phase stays right.</summary>
    Skip,
}
