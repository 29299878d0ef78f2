namespace Gabbro.Alloc;

/// <summary>
/// What a checked heap verifies. Any flag makes the heap keep a record of every block, so that it recognises double frees,
/// frees of pointers it never gave out, of another heap's, of the middle of a block, and leaks.
/// </summary>
[Flags]
public enum HeapChecks
{
    /// <summary>Nothing: the fast paths of the release heap.</summary>
    None = 0,

    /// <summary>Records every block: invalid, double and foreign frees, size mismatches, and leaks at dispose.</summary>
    Blocks = 1,

    /// <summary>Patterns before and after every block find writes past its ends when it is freed or reallocated.</summary>
    Canaries = 2 | Blocks,

    /// <summary>
    /// Freed blocks are filled with a pattern and held back; a write into one is found when it leaves the quarantine.
    /// </summary>
    Quarantine = 4 | Blocks,

    /// <summary>
    /// Every block ends at an inaccessible page, and freed ones become inaccessible: the first stray access faults. Takes
    /// at least two pages a block, and system calls for each.
    /// </summary>
    GuardPages = 8 | Blocks,

    /// <summary>Records the managed call stack of every allocation and free.</summary>
    Stacks = 16 | Blocks,

    /// <summary>All but guard pages.</summary>
    Thorough = Blocks | Canaries | Quarantine | Stacks,

    /// <summary>Everything.</summary>
    All = Thorough | GuardPages,
}
