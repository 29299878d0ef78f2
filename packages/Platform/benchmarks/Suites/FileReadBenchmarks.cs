using BenchmarkDotNet.Attributes;
using Gabbro.Platform.Benchmarks.Runners;
using Gabbro.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Gabbro.Platform.Benchmarks.Suites;

/// <summary>pread of 64 bytes out of the page cache; see <see cref="PreadRunner"/>, which interleaves the same contenders.</summary>
[MemoryDiagnoser]
public unsafe class FileReadBenchmarks
{
    private readonly byte[] _buffer = GC.AllocateArray<byte>(64, pinned: true);
    private string _path = "";
    private CompiledPeer _peer = null!;
    private FileHandle _file = null!;
    private SafeFileHandle _baseline = null!;

    /// <summary>Makes the file and compiles the peer.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _path = Path.GetTempFileName();
        File.WriteAllBytes(_path, new byte[PreadRunner.Size]);
        _peer = new CompiledPeer(PreadRunner.Source);
        _file = FileHandle.Open(_path);
        _baseline = File.OpenHandle(_path);
    }

    /// <summary>Removes them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _file.Dispose();
        _baseline.Dispose();
        _peer.Dispose();
        File.Delete(_path);
    }

    /// <summary>pread(2) in a C loop.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = PreadRunner.Reads)]
    public long C()
    {
        fixed (byte* pointer = _buffer)
            return ((delegate* unmanaged<int, byte*, long, long, long>)_peer["pread_loop"])(
                (int)_file.DangerousGetHandle(), pointer, PreadRunner.Reads, PreadRunner.Size - 1);
    }

    /// <summary>FileHandle.ReadAt.</summary>
    [Benchmark(OperationsPerInvoke = PreadRunner.Reads)]
    public long Gabbro()
    {
        long total = 0;
        for (long i = 0; i < PreadRunner.Reads; i++) total += _file.ReadAt(_buffer, (i * 4160) & (PreadRunner.Size - 1) & ~63L);
        return total;
    }

    /// <summary>RandomAccess.Read.</summary>
    [Benchmark(OperationsPerInvoke = PreadRunner.Reads)]
    public long BaseLibrary()
    {
        long total = 0;
        for (long i = 0; i < PreadRunner.Reads; i++) total += RandomAccess.Read(_baseline, _buffer, (i * 4160) & (PreadRunner.Size - 1) & ~63L);
        return total;
    }
}
