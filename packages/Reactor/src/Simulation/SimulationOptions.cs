using Gabbro.Platform;

namespace Gabbro.Reactor.Simulation;

/// <summary>
/// The world a <see cref="SimulatedWorld"/> plays: how slow it is and what goes wrong in it. Everything random follows from
/// <see cref="Seed"/>, so a failure is seen again by running the same program with the same seed.
/// </summary>
public sealed class SimulationOptions
{
    /// <summary>Decides everything random.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>The shortest time bytes are under way.</summary>
    public TimeSpan MinLatency { get; set; } = TimeSpan.FromMicroseconds(50);

    /// <summary>The longest time bytes are under way; streams stay in order, datagrams may overtake each other.</summary>
    public TimeSpan MaxLatency { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Bytes a stream holds between sender and receiver before the sender must wait.</summary>
    public int StreamCapacity { get; set; } = 64 * 1024;

    /// <summary>Chance, 0 to 1, that a read gets only part of what is there.</summary>
    public double ShortReads { get; set; }

    /// <summary>Chance, 0 to 1, that a write takes only part of what there is room for.</summary>
    public double ShortWrites { get; set; }

    /// <summary>Chance, 0 to 1, for every delivery, that the connection is reset instead.</summary>
    public double Resets { get; set; }

    /// <summary>Chance, 0 to 1, that a stream is reported ready when it is not.</summary>
    public double SpuriousReadiness { get; set; }

    /// <summary>Chance, 0 to 1, that a connection attempt is refused although somebody listens.</summary>
    public double ConnectFailures { get; set; }

    /// <summary>Chance, 0 to 1, that a datagram is lost.</summary>
    public double DatagramLoss { get; set; }

    /// <summary>Chance, 0 to 1, that a datagram arrives twice.</summary>
    public double DatagramDuplication { get; set; }

    /// <summary>Descriptors the simulated process may have; beyond them, accepting and connecting fail as they do with EMFILE.</summary>
    public int MaxDescriptors { get; set; } = int.MaxValue;

    /// <summary>
    /// Asked before every call that the world plays; an error lets that one call fail with it. Counting calls and failing
    /// the n-th, for every n, shows that each error reaches whoever awaits and that nothing is left behind.
    /// </summary>
    public Func<SimulatedCall, NativeError>? Fault { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinLatency, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLatency, MinLatency);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(StreamCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDescriptors);
        foreach (double chance in (ReadOnlySpan<double>)[ShortReads, ShortWrites, Resets, SpuriousReadiness, ConnectFailures, DatagramLoss, DatagramDuplication])
        {
            if (!(chance is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(chance), chance, "A chance is between 0 and 1.");
        }
    }
}
