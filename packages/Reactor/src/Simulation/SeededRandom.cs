namespace Gabbro.Reactor.Simulation;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): small, good enough for faults, and the same on every version of .NET,
/// which System.Random does not promise.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1.</summary>
    public long Below(long limit) => (long)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>True with a chance; takes no number from the sequence when the chance is 0.</summary>
    public bool Chance(double chance) => chance > 0 && (Next() >> 11) * (1.0 / (1UL << 53)) < chance;
}
