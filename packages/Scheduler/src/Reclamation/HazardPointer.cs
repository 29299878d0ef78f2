using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Reclamation;

/// <summary>Protects one thing at a time. Not thread-safe: it may move between threads, not be shared.</summary>
public sealed class HazardPointer : IDisposable
{
    /// <summary>Retired things that make a scan worth its heavy fence.</summary>
    private const int ScanThreshold = 64;

    private readonly HazardDomain _domain;
    private readonly HazardRecord<HardwareAtomics> _record;
    private readonly List<(object Item, Action<object> Reclaim)> _retired = [];
    private readonly HashSet<object> _shown = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;

    internal HazardPointer(HazardDomain domain)
    {
        _domain = domain;
        var reused = domain.Core.TryReuse();
        _record = reused ?? new HazardRecord<HardwareAtomics>();
        if (reused is null)
            domain.Core.Register(_record);
    }

    /// <summary>Things retired through this pointer and not yet reclaimed.</summary>
    public int RetiredCount => _retired.Count;

    /// <summary>Reads a shared cell and protects what it holds until the next call or <see cref="Clear"/>.</summary>
    /// <param name="cell">The cell, from which a thing is unlinked before it is retired.</param>
    /// <returns>What the cell holds; not reclaimed while protected.</returns>
    /// <remarks>Lock-free: it repeats only if the cell changes.</remarks>
    /// <exception cref="ObjectDisposedException">The pointer is disposed.</exception>
    public object? Protect(ref object? cell)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HazardCore<HardwareAtomics>.Protect(_record, ref cell);
    }

    /// <summary>Protects nothing any more.</summary>
    public void Clear() => HazardCore<HardwareAtomics>.Clear(_record);

    /// <summary>Hands over a thing that was unlinked from its cell.</summary>
    /// <param name="item">The thing.</param>
    /// <param name="reclaim">Called with it, on this thread, when nobody protects it; must not throw.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ObjectDisposedException">The pointer is disposed.</exception>
    public void Retire(object item, Action<object> reclaim)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(reclaim);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _retired.Add((item, reclaim));
        if (_retired.Count >= ScanThreshold)
            Collect();
    }

    /// <summary>Reclaims what nobody protects.</summary>
    /// <returns>How much was reclaimed.</returns>
    public int Collect()
    {
        _shown.Clear();
        _domain.Core.CollectShown(_shown);
        var before = _retired.Count;
        for (var i = _retired.Count - 1; i >= 0; i--)
        {
            var (item, reclaim) = _retired[i];
            if (_shown.Contains(item))
                continue;
            _retired[i] = _retired[^1];
            _retired.RemoveAt(_retired.Count - 1);
            reclaim(item);
        }

        return before - _retired.Count;
    }

    /// <summary>Protects nothing, waits, yielding, until nobody protects what this pointer retired, and reclaims it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Clear();
        for (var round = 0; _retired.Count > 0; round++)
        {
            if (Collect() == 0)
                HardwareAtomics.Pause(round);
        }

        Volatile.Write(ref _record.InUse, 0);
    }
}
