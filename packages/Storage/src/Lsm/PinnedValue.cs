using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm;

/// <summary>A value read in place, without a copy: it lies in a cached block or a memtable, which this keeps alive.</summary>
/// <remarks>A ref struct, so that it cannot outlive the stack frame it was made in; dispose it there.</remarks>
public unsafe ref struct PinnedValue
{
    private SuperVersion? _view;
    private BlockFrame* _frame;
    private ReadOnlySpan<byte> _value;

    internal PinnedValue(SuperVersion? view, BlockFrame* frame, ReadOnlySpan<byte> value, bool found)
    {
        _view = view;
        _frame = frame;
        _value = value;
        Found = found;
    }

    /// <summary>Whether the key is there.</summary>
    public bool Found { get; private set; }

    /// <summary>The value; empty when the key is absent, or after <see cref="Dispose"/>.</summary>
    public readonly ReadOnlySpan<byte> Value => _value;

    /// <summary>Lets go of the memory.</summary>
    public void Dispose()
    {
        _value = default;
        _view?.Release();
        _view = null;
        if (_frame != null)
            BlockFrame.Release(_frame);
        _frame = null;
    }
}
