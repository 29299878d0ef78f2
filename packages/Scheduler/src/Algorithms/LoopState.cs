namespace Gabbro.Scheduler.Algorithms;

/// <summary>Lets the bodies of a loop leave it early; the counterpart of <see cref="ParallelLoopState"/>.</summary>
public sealed class LoopState
{
    private readonly LoopControl _control;
    private long _lowestBreak = long.MaxValue;
    private int _stopped;

    internal LoopState(LoopControl control) => _control = control;

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool IsStopped => Volatile.Read(ref _stopped) != 0;

    /// <summary>The lowest index from which <see cref="Break"/> was called, or null.</summary>
    public long? LowestBreakIteration =>
        Volatile.Read(ref _lowestBreak) is var lowest && lowest == long.MaxValue ? null : lowest;

    /// <summary>Whether a body threw.</summary>
    public bool IsExceptional => _control.IsStopped && !IsStopped && !_control.CancellationToken.IsCancellationRequested;

    /// <summary>Whether a long body should end early: the loop was stopped, broken below, cancelled or has failed.</summary>
    public bool ShouldExitCurrentIteration =>
        _control.Limit != long.MaxValue || _control.CancellationToken.IsCancellationRequested;

    /// <summary>Begins no further index, anywhere.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Break"/> was called before.</exception>
    public void Stop()
    {
        if (LowestBreakIteration is not null)
            throw new InvalidOperationException("Break was called before Stop.");
        Volatile.Write(ref _stopped, 1);
        _control.LowerLimit(long.MinValue);
    }

    /// <summary>Begins no index above the given one; those below still run.</summary>
    /// <param name="index">The index of the calling body.</param>
    /// <exception cref="InvalidOperationException"><see cref="Stop"/> was called before.</exception>
    public void Break(long index)
    {
        if (IsStopped)
            throw new InvalidOperationException("Stop was called before Break.");
        var seen = Volatile.Read(ref _lowestBreak);
        while (index < seen)
        {
            var found = Interlocked.CompareExchange(ref _lowestBreak, index, seen);
            if (found == seen)
                break;
            seen = found;
        }

        _control.LowerLimit(index + 1);
    }
}
