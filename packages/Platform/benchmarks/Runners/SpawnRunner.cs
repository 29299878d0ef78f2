using System.Diagnostics;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Benchmarks.Runners;

/// <summary>
/// Spawn and wait: ChildProcess by clone3, ChildProcess by posix_spawn, System.Diagnostics.Process, and posix_spawn in C. All
/// start /bin/true with the same environment from this very process, so page tables and caches are the same.
/// </summary>
internal static unsafe class SpawnRunner
{
    internal const int Spawns = 20;

    internal const string Source = """
        #include <spawn.h>
        #include <sys/wait.h>
        extern char** environ;
        long spawn_loop(long spawns) {
            char* arguments[] = { "/bin/true", 0 };
            long failures = 0;
            for (long i = 0; i < spawns; i++) {
                pid_t child;
                int status = 1;
                if (posix_spawn(&child, "/bin/true", 0, 0, arguments, environ) || waitpid(child, &status, 0) != child || status) failures++;
            }
            return failures;
        }
        """;

    internal static void Run()
    {
        using CompiledPeer peer = new(Source);
        delegate* unmanaged<long, long> loop = (delegate* unmanaged<long, long>)peer["spawn_loop"];
        SpawnOptions options = new("/bin/true");
        SpawnOptions fallback = new("/bin/true") { ForcePosixSpawn = true };
        Interleaved.Run(
            "spawn and wait", "process", 41,
            ("C posix_spawn", () => Check(loop(Spawns) == 0)),
            ("Gabbro ChildProcess", () => Spawn(options)),
            ("Gabbro ChildProcess, posix_spawn", () => Spawn(fallback)),
            ("Process.Start", () =>
            {
                for (int i = 0; i < Spawns; i++)
                {
                    using Process process = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false })!;
                    process.WaitForExit();
                    Check(process.ExitCode == 0);
                }

                return Spawns;
            }
        ));
    }

    private static long Spawn(SpawnOptions options)
    {
        for (int i = 0; i < Spawns; i++)
        {
            using ChildProcess child = ChildProcess.Start(options);
            Check(child.Wait().IsSuccess);
        }

        return Spawns;
    }

    private static long Check(bool succeeded) =>
        succeeded ? Spawns : throw new InvalidOperationException("The program did not run to its end.");
}
