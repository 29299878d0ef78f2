using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Transactions;

/// <summary>Families by number, keys bytewise.</summary>
internal sealed class OwnKeyOrder : IComparer<(uint Family, byte[] Key)>
{
    public int Compare((uint Family, byte[] Key) x, (uint Family, byte[] Key) y) =>
        x.Family != y.Family ? x.Family.CompareTo(y.Family) : KeyOrder.Compare(x.Key, y.Key);
}
