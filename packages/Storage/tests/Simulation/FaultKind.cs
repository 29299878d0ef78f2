namespace Gabbro.Storage.Tests.Simulation;

public enum FaultKind
{
    None,
    Fail,
    Short,
    Stop,
}
