namespace Gabbro.Reactor.Tasks;

/// <summary>Numbers the variables of the process, whatever their types.</summary>
internal static class LoopLocalIndex
{
    public static int Next;
}
