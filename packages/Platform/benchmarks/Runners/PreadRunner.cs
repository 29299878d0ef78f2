using Gabbro.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Gabbro.Platform.Benchmarks.Runners;

/// <summary>
/// 64 bytes at a time from a file in the page cache, at offsets that walk over it: FileHandle.ReadAt, RandomAccess.Read and
/// pread(2) in a C loop. All read the same offsets of the same file into one buffer, so what differs is the way to the call.
/// </summary>
internal static unsafe class PreadRunner
{
    internal const int Reads = 100_000;
    internal const int Size = 1 << 20;

    internal const string Source = """
        #include <unistd.h>
        long pread_loop(int fd, char* buffer, long reads, long mask) {
            long total = 0;
            for (long i = 0; i < reads; i++)
                total += pread(fd, buffer, 64, (i * 4160) & mask & ~63L);
            return total;
        }
        """;

    internal static void Run()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[Size]);
        using CompiledPeer peer = new(Source);
        delegate* unmanaged<int, byte*, long, long, long> loop =
            (delegate* unmanaged<int, byte*, long, long, long>)peer["pread_loop"];
        using FileHandle file = FileHandle.Open(path);
        using SafeFileHandle baseline = File.OpenHandle(path);
        byte[] buffer = GC.AllocateArray<byte>(64, pinned: true);
        int fd = (int)file.DangerousGetHandle();
        Interleaved.Run(
            "pread of 64 B", "read", 41,
            ("C loop", () =>
            {
                fixed (byte* pointer = buffer)
                    Check(loop(fd, pointer, Reads, Size - 1));
                return Reads;
            }
        ),
            ("Gabbro FileHandle.ReadAt", () =>
            {
                long total = 0;
                for (long i = 0; i < Reads; i++)
                    total += file.ReadAt(buffer, (i * 4160) & (Size - 1) & ~63L);
                Check(total);
                return Reads;
            }
        ),
            ("RandomAccess.Read", () =>
            {
                long total = 0;
                for (long i = 0; i < Reads; i++)
                    total += RandomAccess.Read(baseline, buffer, (i * 4160) & (Size - 1) & ~63L);
                Check(total);
                return Reads;
            }
        ));
        File.Delete(path);
    }

    private static void Check(long total)
    {
        if (total != Reads * 64L)
            throw new InvalidOperationException($"{total} bytes read.");
    }
}
