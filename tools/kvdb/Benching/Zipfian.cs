namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>YCSB's scrambled zipfian choice (Gray et al., SIGMOD 1994), theta 0.99: a few keys get most of the requests.</summary>
internal sealed class Zipfian
{
    private const double Theta = 0.99;
    private readonly long _count;
    private readonly double _zeta;
    private readonly double _alpha = 1 / (1 - Theta);
    private readonly double _eta;

    public Zipfian(long count)
    {
        _count = count;
        for (long i = 1; i <= count; i++)
            _zeta += 1 / Math.Pow(i, Theta);
        var zeta2 = 1 + (1 / Math.Pow(2, Theta));
        _eta = (1 - Math.Pow(2.0 / count, 1 - Theta)) / (1 - (zeta2 / _zeta));
    }

    public long Next(Random random) => (long)((ulong)Rank(random) * 0xC6A4A7935BD1E995UL % (ulong)_count);

    /// <summary>The most popular number is 0.</summary>
    public long Rank(Random random)
    {
        var u = random.NextDouble();
        var uz = u * _zeta;
        if (uz < 1)
            return 0;
        if (uz < 1 + Math.Pow(0.5, Theta))
            return 1;
        return Math.Min(_count - 1, (long)(_count * Math.Pow((_eta * u) - _eta + 1, _alpha)));
    }
}
