namespace Gabbro.Storage.Tests.Simulation;

/// <summary>What happens to a call instead of success.</summary>
public readonly record struct Fault(FaultKind Kind, StorageErrorKind Error = StorageErrorKind.Io, int Bytes = 0)
{
    /// <summary>The call succeeds.</summary>
    public static Fault None => default;

    /// <summary>The call fails without effect (a failed sync leaves everything as unsynced as before).</summary>
    public static Fault Fail(StorageErrorKind error) => new(FaultKind.Fail, error);

    /// <summary>A write stores only its first bytes, then fails.</summary>
    public static Fault Short(int bytes, StorageErrorKind error = StorageErrorKind.NoSpace) => new(FaultKind.Short, error, bytes);

    /// <summary>The machine stops before the call: it and every later one throws <see cref="MachineStoppedException"/>.</summary>
    public static Fault Stop => new(FaultKind.Stop);
}
