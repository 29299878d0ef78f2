using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Gabbro.Platform.Benchmarks.Runners;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Benchmarks.Suites;

/// <summary>Starting /bin/true and waiting for it; see <see cref="SpawnRunner"/>, which interleaves the same contenders.</summary>
[MemoryDiagnoser]
public unsafe class SpawnBenchmarks
{
    private readonly SpawnOptions _options = new("/bin/true");
    private CompiledPeer _peer = null!;

    /// <summary>Compiles the peer.</summary>
    [GlobalSetup]
    public void SetUp() => _peer = new CompiledPeer(SpawnRunner.Source);

    /// <summary>Unloads it.</summary>
    [GlobalCleanup]
    public void CleanUp() => _peer.Dispose();

    /// <summary>posix_spawn(3) in C.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = SpawnRunner.Spawns)]
    public long C() => ((delegate* unmanaged<long, long>)_peer["spawn_loop"])(SpawnRunner.Spawns);

    /// <summary>ChildProcess.</summary>
    [Benchmark]
    public int Gabbro()
    {
        using ChildProcess child = ChildProcess.Start(_options);
        return child.Wait().Code;
    }

    /// <summary>System.Diagnostics.Process.</summary>
    [Benchmark]
    public int BaseLibrary()
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
