using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>One thread's part in an <see cref="EpochDomain"/>. Not thread-safe: it may move between threads, not be shared.</summary>
public sealed class EpochParticipant : IDisposable
{
    /// <summary>Retirements between two attempts to advance; crossbeam collects every 128 pins for the same reason.</summary>
    private const int AdvanceInterval = 64;

    private readonly EpochDomain _domain;
    private readonly EpochRecord<HardwareAtomics> _record;
    private readonly Queue<(long Epoch, object Item, Action<object> Reclaim)> _retired = new();
    private int _depth;
    private int _sinceAdvance;
    private bool _disposed;

    internal EpochParticipant(EpochDomain domain)
    {
        _domain = domain;
        var reused = domain.Core.TryReuse();
        _record = reused ?? new EpochRecord<HardwareAtomics>();
        if (reused is null)
            domain.Core.Register(_record);
    }

    /// <summary>Things retired and not yet reclaimed.</summary>
    public int RetiredCount => _retired.Count;

    /// <summary>Pins: nothing this thread reaches from now on is reclaimed until the guard is disposed. May nest.</summary>
    /// <returns>The guard.</returns>
    /// <exception cref="ObjectDisposedException">The participant is disposed.</exception>
    public EpochGuard Pin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_depth++ == 0)
            _domain.Core.Pin(_record);
        return new EpochGuard(this);
    }

    /// <summary>Hands over a thing that was unlinked: nobody who pins from now on can reach it.</summary>
    /// <param name="item">The thing.</param>
    /// <param name="reclaim">Called with it when nobody can reach it any more; must not throw.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ObjectDisposedException">The participant is disposed.</exception>
    public void Retire(object item, Action<object> reclaim)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(reclaim);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _retired.Enqueue((_domain.Core.Epoch, item, reclaim));
        if (++_sinceAdvance < AdvanceInterval)
            return;
        _sinceAdvance = 0;
        Collect();
    }

    /// <summary>Tries to advance the epoch and reclaims what is old enough.</summary>
    /// <returns>How much was reclaimed.</returns>
    public int Collect()
    {
        var epoch = _domain.Core.TryAdvance();
        var count = 0;
        while (_retired.TryPeek(out var oldest) && oldest.Epoch + 2 <= epoch)
        {
            _retired.Dequeue();
            oldest.Reclaim(oldest.Item);
            count++;
        }

        return count;
    }

    /// <summary>
    /// Leaves the domain. Waits, yielding, until everything this participant retired can be reclaimed, and reclaims it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is still pinned.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        if (_depth > 0)
            throw new InvalidOperationException("The participant is pinned.");
        _disposed = true;
        for (var round = 0; _retired.Count > 0; round++)
        {
            if (Collect() == 0)
                HardwareAtomics.Pause(round);
        }

        Volatile.Write(ref _record.InUse, 0);
    }

    internal void Unpin()
    {
        if (--_depth == 0)
            EpochCore<HardwareAtomics>.Unpin(_record);
    }
}
