namespace Gabbro.Storage.Lsm;

/// <summary>How a transaction keeps others from changing what it relies on.</summary>
public enum TransactionMode
{
    /// <summary>Takes no locks; commit fails if a key it read for update or wrote was changed meanwhile.</summary>
    Optimistic,

    /// <summary>Locks each key it writes or reads for update until it ends.</summary>
    Pessimistic,
}
