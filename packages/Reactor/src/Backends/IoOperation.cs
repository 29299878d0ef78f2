using Gabbro.Platform;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// One operation a device has been asked for. It either completes at once, or is completed later on the loop's thread, by
/// one call of <see cref="OnCompleted"/>. The results stand in the object: no event, no delegate, no allocation.
/// </summary>
internal abstract class IoOperation
{
    /// <summary>Bytes moved; meaningful when <see cref="Error"/> is not an error.</summary>
    public int Count;

    /// <summary>Why the operation failed.</summary>
    public NativeError Error;

    /// <summary>The operation has ended, <see cref="Count"/> and <see cref="Error"/> say how. Never called for one that ended at once.</summary>
    public abstract void OnCompleted();
}
