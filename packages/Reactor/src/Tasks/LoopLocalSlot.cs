namespace Gabbro.Reactor.Tasks;

/// <summary>The value of one <see cref="LoopLocal{T}"/> in one loop.</summary>
internal sealed class LoopLocalSlot<T>(T value)
{
    public T Value { get; set; } = value;
}
