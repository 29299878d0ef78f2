namespace Gabbro.Scheduler.Tests.Model;

/// <summary>
/// Decides whether a history of overlapping calls could have happened one call at a time, each at some moment between its
/// start and its end.
/// </summary>
/// <remarks>
/// J. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (1993), with the memory of visited (set of calls, state)
/// pairs of G. Lowe (2017). Exponential in the overlap; meant for histories of at most 24 calls.
/// </remarks>
internal static class Linearizability
{
    /// <summary>
    /// <paramref name="apply"/> gives the state after a call, or null when the call could not have returned what it did in
    /// that state. States are compared as strings.
    /// </summary>
    public static bool Holds(IReadOnlyList<Call> calls, string initial, Func<string, Call, string?> apply)
    {
        if (calls.Count > 24)
            throw new ArgumentException("Too long a history.", nameof(calls));
        return Search(0, initial, calls, apply, []);
    }

    private static bool Search(
        int taken, string state, IReadOnlyList<Call> calls, Func<string, Call, string?> apply, HashSet<(int, string)> seen)
    {
        if (taken == (1 << calls.Count) - 1)
            return true;
        if (!seen.Add((taken, state)))
            return false;

        // A call may be next if no other call that is still to come ended before it began.
        var earliestEnd = int.MaxValue;
        for (var i = 0; i < calls.Count; i++)
        {
            if ((taken & (1 << i)) == 0)
                earliestEnd = Math.Min(earliestEnd, calls[i].End);
        }

        for (var i = 0; i < calls.Count; i++)
        {
            if ((taken & (1 << i)) == 0 && calls[i].Start <= earliestEnd
                && apply(state, calls[i]) is { } after
                && Search(taken | (1 << i), after, calls, apply, seen))
            {
                return true;
            }
        }

        return false;
    }
}
