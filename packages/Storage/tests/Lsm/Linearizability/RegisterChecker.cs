namespace Gabbro.Storage.Tests.Lsm.Linearizability;

/// <summary>
/// Whether a concurrent history of one key could have happened one call at a time, each at some moment between its
/// beginning and its end: the search of Wing and Gong (1993) with Lowe's memory of configurations seen (2017). A map is
/// linearisable if each key is (Herlihy and Wing 1990), so keys are checked one by one.
/// </summary>
internal static class RegisterChecker
{
    /// <summary>At most 64 operations; the key is absent before the first.</summary>
    public static bool IsLinearizable(IReadOnlyList<Operation> history, string? initial = null)
    {
        if (history.Count > 64)
            throw new ArgumentException("at most 64 operations a history", nameof(history));
        var all = history.Count == 64 ? ulong.MaxValue : (1UL << history.Count) - 1;
        return Search(history, 0, initial, all, []);
    }

    private static bool Search(IReadOnlyList<Operation> history, ulong done, string? state, ulong all, HashSet<(ulong, string?)> seen)
    {
        if (done == all)
            return true;
        if (!seen.Add((done, state)))
            return false;
        // Whatever had returned before another began comes first, so only what began before the earliest return can be next.
        var earliest = long.MaxValue;
        for (var i = 0; i < history.Count; i++)
        {
            if ((done & (1UL << i)) == 0)
                earliest = Math.Min(earliest, history[i].Returned);
        }

        for (var i = 0; i < history.Count; i++)
        {
            var operation = history[i];
            if ((done & (1UL << i)) != 0 || operation.Invoked > earliest || (!operation.IsWrite && operation.Value != state))
                continue;
            if (Search(history, done | (1UL << i), operation.IsWrite ? operation.Value : state, all, seen))
                return true;
        }

        return false;
    }
}
