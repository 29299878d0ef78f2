namespace Gabbro.Scheduler.Collections;

internal sealed class MichaelScottNode<T>
{
    public T Item = default!;
    public object? Next;

    /// <summary>Chains retired and spare nodes; only their holder's.</summary>
    public MichaelScottNode<T>? Chain;

    /// <summary>Epoch of its retirement.</summary>
    public long Retired;
}
