namespace Gabbro.Storage.BTree.Pages;

/// <summary>Limits that the arithmetic of trees rests on.</summary>
internal static class TreeLimits
{
    /// <summary>Levels of a tree: with at least two children a node, 2^32 leaves need 32.</summary>
    public const int MaximumDepth = 32;

    /// <summary>Largest value in bytes; the length word keeps one bit for itself.</summary>
    public const int MaximumValue = 0x7FFF_0000;
}
