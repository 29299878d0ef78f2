namespace Gabbro.Storage.Tests.Simulation;

/// <summary>What a simulated file system is asked to do; a fault is chosen by it.</summary>
public enum FileOperationKind
{
    Open,
    Read,
    Write,
    Sync,
    SetLength,
    Preallocate,
    Map,
    Lock,
    CreateDirectory,
    List,
    Delete,
    Rename,
    Link,
    SyncDirectory,
}
