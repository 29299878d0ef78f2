namespace Gabbro.Storage.Lsm.Epochs;

/// <summary>A thread's seat; its finalizer frees the seat once the thread is gone.</summary>
internal sealed class EpochThread
{
    public EpochSlot Slot;

    ~EpochThread() => Epoch.Forget(this);
}
