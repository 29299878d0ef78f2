namespace Gabbro.Platform.Locks;

/// <summary>A lock that stands in the way of another.</summary>
/// <param name="Mode">How the range is locked; on Windows, which does not tell, exclusive.</param>
/// <param name="Range">The locked range; on Windows the range that was asked about.</param>
/// <param name="ProcessId">The holder where it can be known, otherwise 0: the lock belongs to an open file, not a process.</param>
public readonly record struct LockConflict(LockMode Mode, ByteRange Range, int ProcessId);
