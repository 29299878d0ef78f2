namespace Gabbro.Search.Kernels;

/// <summary>What is done with matches as a scan meets them.</summary>
internal interface ISink
{
    /// <summary>Takes the match at byte offset <paramref name="position"/>; <see langword="true"/> stops the scan.</summary>
    bool Take(nint position);

    /// <summary>Takes <paramref name="count"/> matches whose places do not matter; only if <see cref="CountsOnly"/>.</summary>
    void TakeMany(nint count);

    /// <summary>Whether places do not matter to this sink.</summary>
    static abstract bool CountsOnly { get; }
}
