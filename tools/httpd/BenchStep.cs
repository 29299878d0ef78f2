namespace Gabbro.Tools.Httpd;

/// <summary>What was measured with a number of connections open.</summary>
/// <param name="Connections">Open connections.</param>
/// <param name="Memory">Resident bytes of the server.</param>
/// <param name="Median">Median latency in microseconds.</param>
/// <param name="Slow">99th percentile of latency in microseconds.</param>
internal sealed record BenchStep(int Connections, long Memory, double Median, double Slow);
