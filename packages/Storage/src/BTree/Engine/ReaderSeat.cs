using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// A place for one read transaction at a time: a slot in the shared reader table and the snapshot it stands on. Kept and
/// reused, so that beginning to read allocates nothing.
/// </summary>
internal sealed unsafe class ReaderSeat(int slot, ulong* snapshot)
{
    public int Slot { get; } = slot;

    public ulong* Snapshot { get; } = snapshot;

    /// <summary>1 while a transaction sits here.</summary>
    public int Busy;

    /// <summary>Counts the transactions that sat here; a handle with an older number has ended.</summary>
    public int Stamp;

    public DatabaseVersion Version;

    public DatabaseFile File = null!;

    public PageSpace Pages = null!;
}
