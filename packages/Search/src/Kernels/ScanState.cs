namespace Gabbro.Search.Kernels;

/// <summary>
/// Where a scan stands and what it has learnt about its haystack. Holds no pointer, so an enumerator over a span can keep
/// it between matches: resuming costs nothing that was already known, which is what keeps repeated searches linear.
/// </summary>
internal struct ScanState
{
    /// <summary>Forward: no match starts before this. Backward: no match starts at or after this.</summary>
    internal nint Next;

    /// <summary>The probes in use; a copy of the plan's until the haystack teaches better.</summary>
    internal nint Offset0, Offset1, Offset2, Offset3;

    /// <summary>Two-Way's memory: how many bytes of the needle, at its near end, are known to match at <see cref="MemoryAt"/>.</summary>
    internal nint Memory, MemoryAt;

    /// <summary>Candidates that passed all probes and were no match.</summary>
    internal nint FalseCandidates, FalseLimit, Mark;

    internal int Lessons;

    internal ScanMode Mode;

    /// <summary>Groups of blocks in which a probe agreed somewhere, and where that was last counted up.</summary>
    internal nint GroupHits, GroupMark;

    /// <summary>Whether fingerprints were tried and too many places passed.</summary>
    internal bool FingerprintsFailed;

    internal bool Overlapping;

    internal ScanState(ref readonly NeedlePlan plan, nint next, bool overlapping)
    {
        Next = Mark = GroupMark = next;
        Offset0 = plan.Offset0;
        Offset1 = plan.Offset1;
        Offset2 = plan.Offset2;
        Offset3 = plan.Offset3;
        MemoryAt = -1;
        FalseLimit = Adaptation.FirstLesson;
        Mode = plan.Probes == 1 || plan.Rarest <= Adaptation.OneProbeRarity ? ScanMode.One : ScanMode.Two;
        Overlapping = overlapping;
    }
}
