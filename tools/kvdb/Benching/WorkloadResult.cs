using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>What one workload measured.</summary>
internal sealed record WorkloadResult
{
    public required string Engine { get; init; }

    public required string Workload { get; init; }

    public required long Operations { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public required LatencyHistogram Latency { get; init; }

    public int Threads { get; init; } = 1;

    public long BytesOnDisk { get; init; }

    public double WriteAmplification { get; init; }

    public double CpuMicrosecondsPerOperation { get; init; }

    public long Found { get; init; }

    public long Missing { get; init; }

    public long EntriesRead { get; init; }

    public long Wrong { get; init; }

    public long AllocatedBytes { get; init; }

    public int Generation2Collections { get; init; }

    public double OperationsPerSecond => Operations / Math.Max(1e-9, Elapsed.TotalSeconds);

    public double Microseconds(double share) => Latency.Percentile(share) * 1e6 / Stopwatch.Frequency;

    public double MaxMicroseconds => Latency.Max * 1e6 / Stopwatch.Frequency;

    /// <summary>The line that scripts read.</summary>
    public string ToLine()
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Engine} {Workload} {OperationsPerSecond:F0} {Microseconds(0.5):F2} {Microseconds(0.99):F2} {BytesOnDisk} {WriteAmplification:F2} {Threads} {Operations} {Microseconds(0.999):F1} {MaxMicroseconds:F0} cpu_us/op={CpuMicrosecondsPerOperation:F3}");
        if (Found + Missing > 0)
            line += string.Create(CultureInfo.InvariantCulture, $" found={Found} missing={Missing}");
        if (EntriesRead > 0)
            line += string.Create(CultureInfo.InvariantCulture, $" entries/s={EntriesRead / Math.Max(1e-9, Elapsed.TotalSeconds):F0}");
        if (Wrong > 0)
            line += string.Create(CultureInfo.InvariantCulture, $" WRONG={Wrong}");
        return line + string.Create(CultureInfo.InvariantCulture, $" alloc_b/op={(double)AllocatedBytes / Math.Max(1, Operations):F2} gen2={Generation2Collections}");
    }
}
