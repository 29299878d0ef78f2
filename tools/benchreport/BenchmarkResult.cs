namespace Gabbro.Tools.BenchReport;

/// <summary>One row of a BenchmarkDotNet report. Times in nanoseconds an operation, memory in bytes an operation.</summary>
internal sealed record BenchmarkResult(string Type, string Method, string Parameters, double Median, double Error, long? Allocated)
{
    /// <summary>Rows are compared with the baseline of the same type and parameters.</summary>
    public (string, string) Group => (Type, Parameters);
}
