namespace Gabbro.Platform.Files;

/// <summary>One directory on the way from the root to where a walker stands.</summary>
internal struct TreeWalkFrame
{
    /// <summary>The open directory; -1 when it was given up to keep few handles open.</summary>
    internal nint Handle;

    /// <summary>How much of the walker's path buffer is the path of this directory.</summary>
    internal int PathLength;

    /// <summary>Where its subdirectories still to be entered begin in the pending names; they end where the next frame's begin.</summary>
    internal int PendingStart;

    /// <summary>Identity, kept only when links are followed or file systems compared.</summary>
    internal ulong Device;
    internal UInt128 FileId;
}
