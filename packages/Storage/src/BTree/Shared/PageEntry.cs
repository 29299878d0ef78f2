using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>
/// The life of what a page holds, in the shared page table: a version sees the page exactly if
/// <c>Born &lt;= version &lt; Freed</c> (with 0 for "not freed").
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Size)]
internal struct PageEntry
{
    public const int Size = 16;

    /// <summary>The transaction that took the page.</summary>
    public ulong Born;

    /// <summary>The transaction that gave it back, or 0.</summary>
    public ulong Freed;
}
