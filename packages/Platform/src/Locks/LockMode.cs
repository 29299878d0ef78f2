namespace Gabbro.Platform.Locks;

/// <summary>How a range is locked.</summary>
public enum LockMode : byte
{
    /// <summary>Beside other shared locks, against exclusive ones. The file must be open for reading.</summary>
    Shared = 0,

    /// <summary>Against every other lock. The file must be open for writing.</summary>
    Exclusive = 1,
}
