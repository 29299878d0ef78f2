using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// Key ranges in which everything is known to be deleted, learnt by iterators that had to walk over them, so that the
/// next one need not. See this folder's README.md for why a gap is never wrong.
/// </summary>
internal sealed class GapRegistry
{
    private const int MaxGaps = 64;
    private readonly Lock _lock = new();
    private Gap[] _gaps = [];
    private PendingGap[] _pending = [];

    /// <summary>Whether a writer has anything to check.</summary>
    public bool IsActive => Volatile.Read(ref _gaps).Length > 0 || Volatile.Read(ref _pending).Length > 0;

    /// <summary>
    /// Begins to watch writes at or after <paramref name="begin"/>. The caller holds the commit lock and has seen that no
    /// write came after <paramref name="sequence"/>.
    /// </summary>
    public PendingGap Watch(uint family, byte[] begin, ulong sequence)
    {
        lock (_lock)
        {
            var pending = new PendingGap(family, begin, sequence);
            Volatile.Write(ref _pending, [.. _pending, pending]);
            return pending;
        }
    }

    /// <summary>Ends the watch; with an end, and no write before it meanwhile, the gap is remembered.</summary>
    public void Complete(PendingGap pending, byte[]? end)
    {
        lock (_lock)
        {
            Volatile.Write(ref _pending, _pending.Where(p => !ReferenceEquals(p, pending)).ToArray());
            if (end is null || (pending.FirstWritten is { } written && KeyOrder.Compare(written, end) < 0))
                return;
            var gap = new Gap(pending.Family, pending.Begin, end, pending.Sequence);
            var kept = _gaps.Where(g => g.Family != gap.Family || !g.Meets(gap.Begin, gap.End)).TakeLast(MaxGaps - 1);
            Volatile.Write(ref _gaps, [.. kept, gap]);
        }
    }

    /// <summary>The end of a gap that holds the key and that this sequence may use, or null.</summary>
    public byte[]? Find(uint family, ReadOnlySpan<byte> key, ulong sequence)
    {
        foreach (var gap in Volatile.Read(ref _gaps))
        {
            if (gap.Family == family && gap.Sequence <= sequence
                && KeyOrder.Compare(gap.Begin, key) <= 0 && KeyOrder.Compare(key, gap.End) < 0)
            {
                return gap.End;
            }
        }

        return null;
    }

    /// <summary>A key is about to be written. The commit lock is held; the write is not visible yet.</summary>
    public void OnWrite(uint family, ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            foreach (var gap in _gaps)
            {
                if (gap.Family != family || KeyOrder.Compare(gap.Begin, key) > 0 || KeyOrder.Compare(key, gap.End) >= 0)
                    continue;
                Volatile.Write(ref _gaps, _gaps.Where(g => !ReferenceEquals(g, gap)).ToArray());
                break;
            }

            foreach (var pending in _pending)
                pending.OnWrite(family, key);
        }
    }

    /// <summary>Forgets all gaps of a family: many keys are about to come alive at once. The commit lock is held.</summary>
    public void Clear(uint family)
    {
        lock (_lock)
        {
            Volatile.Write(ref _gaps, _gaps.Where(g => g.Family != family).ToArray());
            foreach (var pending in _pending)
                pending.OnWrite(family, pending.Begin);
        }
    }

    private sealed record Gap(uint Family, byte[] Begin, byte[] End, ulong Sequence)
    {
        public bool Meets(byte[] begin, byte[] end) => KeyOrder.Compare(Begin, end) < 0 && KeyOrder.Compare(begin, End) < 0;
    }
}
