using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Threading;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Benchmarks.Runners;

/// <summary>The calls other libraries make most: an uncontended lock, a futex wake, a clock, a status.</summary>
internal static unsafe class SmallCallRunner
{
    private const int Calls = 50_000;

    private const string Source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <linux/futex.h>
        #include <time.h>
        #include <unistd.h>
        void lock_loop(int fd, long n) {
            for (long i = 0; i < n; i++) {
                struct flock l = { .l_type = F_WRLCK, .l_start = 10, .l_len = 1 };
                fcntl(fd, F_OFD_SETLK, &l);
                l.l_type = F_UNLCK;
                fcntl(fd, F_OFD_SETLK, &l);
            }
        }
        void wake_loop(int* word, long n) { for (long i = 0; i < n; i++) syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1); }
        long clock_loop(long n) { struct timespec t; long s = 0; for (long i = 0; i < n; i++) { clock_gettime(CLOCK_MONOTONIC, &t); s += t.tv_nsec; } return s; }
        long stat_loop(int fd, long n) { struct statx s; long t = 0; for (long i = 0; i < n; i++) { statx(fd, "", AT_EMPTY_PATH, 0x2fff, &s); t += s.stx_size; } return t; }
        """;

    internal static void Run()
    {
        string path = Path.GetTempFileName();
        using CompiledPeer peer = new(Source);
        using FileHandle file = FileHandle.Open(path, FileOpenOptions.ReadWrite);
        int fd = (int)file.DangerousGetHandle();
        int[] word = GC.AllocateArray<int>(1, pinned: true);
        delegate* unmanaged<int, long, void> locks = (delegate* unmanaged<int, long, void>)peer["lock_loop"];
        delegate* unmanaged<int*, long, void> wakes = (delegate* unmanaged<int*, long, void>)peer["wake_loop"];
        delegate* unmanaged<long, long> clocks = (delegate* unmanaged<long, long>)peer["clock_loop"];
        delegate* unmanaged<int, long, long> stats = (delegate* unmanaged<int, long, long>)peer["stat_loop"];
        ByteRange range = new(10, 1);
        Interleaved.Run(
            "lock and unlock a range", "pair", 21,
            ("C fcntl", () => { locks(fd, Calls); return Calls; }
        ),
            ("Gabbro FileLock", () =>
            {
                for (int i = 0; i < Calls; i++)
                {
                    FileLock.TryLock(file, range, LockMode.Exclusive);
                    FileLock.Unlock(file, range);
                }
                return Calls;
            }
        ));
        Interleaved.Run(
            "futex wake of nobody", "wake", 21,
            ("C futex", () =>
            {
                fixed (int* pointer = word)
                    wakes(pointer, Calls);
                return Calls;
            }
        ),
            ("Gabbro Futex.WakeOne", () =>
            {
                for (int i = 0; i < Calls; i++)
                    Futex.WakeOne(ref word[0]);
                return Calls;
            }
        ));
        Interleaved.Run(
            "monotonic clock", "reading", 21,
            ("C clock_gettime", () => { _ = clocks(Calls); return Calls; }
        ),
            ("Gabbro MonotonicClock", () =>
            {
                long sum = 0;
                for (int i = 0; i < Calls; i++)
                    sum += MonotonicClock.Nanoseconds;
                return sum != 0 ? Calls : 1;
            }
        ));
        Interleaved.Run(
            "status of an open file", "status", 21,
            ("C statx", () => { _ = stats(fd, Calls); return Calls; }
        ),
            ("Gabbro FileHandle.GetStatus", () =>
            {
                long sum = 0;
                for (int i = 0; i < Calls; i++)
                    sum += file.GetStatus().Length;
                return sum == 0 ? Calls : 1;
            }
        ));
        File.Delete(path);
    }
}
