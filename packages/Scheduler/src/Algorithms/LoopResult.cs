namespace Gabbro.Scheduler.Algorithms;

/// <summary>How a loop ended; the counterpart of <see cref="ParallelLoopResult"/>.</summary>
/// <param name="IsCompleted">Every index has run.</param>
/// <param name="LowestBreakIteration">The lowest index from which the loop was broken, or null.</param>
public readonly record struct LoopResult(bool IsCompleted, long? LowestBreakIteration);
