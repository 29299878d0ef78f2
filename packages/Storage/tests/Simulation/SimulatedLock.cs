namespace Gabbro.Storage.Tests.Simulation;

internal sealed record SimulatedLock(object Owner, long Start, long End, bool Exclusive)
{
    public bool Meets(long start, long end) => Start < end && start < End;
}
