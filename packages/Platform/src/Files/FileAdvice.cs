namespace Gabbro.Platform.Files;

/// <summary>What a program tells the system about its use of a range of a file (posix_fadvise(2)).</summary>
public enum FileAdvice : byte
{
    /// <summary>No particular use.</summary>
    Normal = 0,

    /// <summary>Read from start to end.</summary>
    Sequential,

    /// <summary>Read in no order.</summary>
    Random,

    /// <summary>Needed soon: start reading it in.</summary>
    WillNeed,

    /// <summary>Not needed again: drop clean pages from the cache. Sync first to drop them all.</summary>
    DontNeed,

    /// <summary>Needed once.</summary>
    NoReuse,
}
