using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Reclamation;

namespace Gabbro.Scheduler.Collections;

/// <summary>One thread's pin and node lists for a <see cref="MichaelScottCore{T, TAtomics}"/>.</summary>
internal sealed class MichaelScottHandle<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int AdvanceInterval = 64;

    private readonly EpochCore<TAtomics> _epochs;
    private MichaelScottNode<T>? _spare;
    private MichaelScottNode<T>? _oldestRetired;
    private MichaelScottNode<T>? _newestRetired;
    private int _sinceAdvance;

    private MichaelScottHandle(EpochCore<TAtomics> epochs, EpochRecord<TAtomics> record)
    {
        _epochs = epochs;
        Record = record;
    }

    public EpochRecord<TAtomics> Record { get; }

    public static MichaelScottHandle<T, TAtomics> Join(EpochCore<TAtomics> epochs)
    {
        var record = epochs.TryReuse();
        if (record is null)
        {
            record = new EpochRecord<TAtomics>();
            epochs.Register(record);
        }

        return new MichaelScottHandle<T, TAtomics>(epochs, record);
    }

    /// <summary>Another thread may take the record; nodes retired here are left to the garbage collector.</summary>
    public void Leave() => TAtomics.Store(ref Record.InUse, 0);

    public MichaelScottNode<T> TakeNode()
    {
        if (_spare is not { } node)
            return new MichaelScottNode<T>();
        _spare = node.Chain;
        node.Chain = null;
        TAtomics.Store(ref node.Next, null);
        return node;
    }

    public void Retire(MichaelScottNode<T> node)
    {
        node.Retired = _epochs.Epoch;
        if (_newestRetired is null)
            _oldestRetired = node;
        else
            _newestRetired.Chain = node;
        _newestRetired = node;
        if (++_sinceAdvance < AdvanceInterval)
            return;
        _sinceAdvance = 0;
        Collect();
    }

    public void Collect()
    {
        var epoch = _epochs.TryAdvance();
        while (_oldestRetired is { } oldest && oldest.Retired + 2 <= epoch)
        {
            _oldestRetired = oldest.Chain;
            if (_oldestRetired is null)
                _newestRetired = null;
            oldest.Chain = _spare;
            _spare = oldest;
        }
    }
}
