namespace Gabbro.Storage.Tests.Simulation;

/// <summary>What survives a power failure of all that was not synced.</summary>
public enum PowerFailureMode
{
    /// <summary>Nothing.</summary>
    DropAll,

    /// <summary>Everything.</summary>
    KeepAll,

    /// <summary>Any set of sectors, torn ones among them, and a prefix of the directory operations, as a journal gives.</summary>
    Random,

    /// <summary>Any set of sectors and any set of directory operations, as the standard allows.</summary>
    Hostile,
}
