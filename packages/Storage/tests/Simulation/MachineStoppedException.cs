namespace Gabbro.Storage.Tests.Simulation;

/// <summary>The simulated machine has stopped; nothing reaches its disk any more.</summary>
public sealed class MachineStoppedException()
    : StorageException(StorageErrorKind.Io, "the simulated machine has stopped");
