namespace Gabbro.Storage.Lsm.Epochs;

/// <summary>Something unlinked that awaits its last reader.</summary>
internal interface IRetired
{
    /// <summary>Called once, when no reader can hold it any more. Must not throw.</summary>
    void Free();
}
