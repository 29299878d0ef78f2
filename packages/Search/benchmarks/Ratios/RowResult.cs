namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>The best time of each contender of a row, in seconds a run.</summary>
internal sealed record RowResult(Row Row, double[] Seconds)
{
    internal double Rate(int contender) => Row.Bytes / Seconds[contender] / 1e9;

    /// <summary>How many times as fast as the peer of the goal Gabbro is; GB/s where the goal is absolute.</summary>
    internal double Ratio
    {
        get
        {
            if (Row.Against == "GB/s") return Rate(0);
            double peer = double.MaxValue;
            for (int i = 1; i < Seconds.Length; i++)
                if (Row.Against == "best" || Row.Contenders[i].Name == Row.Against) peer = double.Min(peer, Seconds[i]);
            return peer / Seconds[0];
        }
    }
}
