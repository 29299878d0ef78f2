using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree;

/// <summary>
/// A named tree as one transaction sees it; good as long as that transaction. The default value is the unnamed tree that
/// every database has.
/// </summary>
public readonly struct TreeHandle
{
    internal TreeHandle(object owner, int stamp, int index, in TreeRoot root)
    {
        Owner = owner;
        Stamp = stamp;
        Index = index;
        Root = root;
    }

    internal object? Owner { get; }

    internal int Stamp { get; }

    internal int Index { get; }

    internal TreeRoot Root { get; }
}
