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
            return Row.Against == "GB/s" ? Rate(0) : PeerRate == 0 ? 0 : Rate(0) / PeerRate;
        }
    }

    /// <summary>The GB/s of the peer that the goal is about, or of the best; 0 if there is none.</summary>
    internal double PeerRate => Row.Contenders.Select((contender, i) => (contender, i)).Skip(1)
        .Where(entry => Row.Against is "best" or "GB/s" || entry.contender.Name == Row.Against)
        .Select(entry => Rate(entry.i)).DefaultIfEmpty(0).Max();
}
