namespace Gabbro.Storage.BTree.Log;

/// <summary>What one operation in a log record does; the byte before its arguments.</summary>
internal enum LogOperation : byte
{
    /// <summary>No more operations; also the padding.</summary>
    End = 0,

    /// <summary>tree, key, value.</summary>
    Put = 1,

    /// <summary>tree, key.</summary>
    Delete = 2,

    /// <summary>tree, name: makes a named tree and gives it the number.</summary>
    CreateTree = 3,

    /// <summary>tree: removes a named tree.</summary>
    DropTree = 4,

    /// <summary>tree: removes all records.</summary>
    Clear = 5,

    /// <summary>tree, from, to: removes the keys in [from, to); an empty to means the end.</summary>
    DeleteRange = 6,
}
