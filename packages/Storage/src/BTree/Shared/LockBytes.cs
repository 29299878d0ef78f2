namespace Gabbro.Storage.BTree.Shared;

/// <summary>
/// The bytes of the lock file that byte-range locks are taken on: far beyond any data, so that a lock never names a byte
/// that is used. The order in which one process may take them is the order here; nobody waits for an earlier one while
/// holding a later one, so no circle of waiting processes can form.
/// </summary>
internal static class LockBytes
{
    private const long Base = 1L << 62;

    /// <summary>Held alone while a process connects or leaves.</summary>
    public const long Opening = Base;

    /// <summary>Held shared by every connected process; held alone by one that recovers or asked for exclusive use.</summary>
    public const long Membership = Base + 1;

    /// <summary>Held alone by the process with that number for as long as it lives: the proof of life.</summary>
    public static long Process(int index) => Base + 16 + index;
}
