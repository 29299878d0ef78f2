namespace Gabbro.Platform.Sockets;

/// <summary>Who was at the other end of a Unix socket when it connected.</summary>
/// <param name="ProcessId">The process, 0 when the system does not tell.</param>
/// <param name="UserId">The effective user.</param>
/// <param name="GroupId">The effective group.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId);
