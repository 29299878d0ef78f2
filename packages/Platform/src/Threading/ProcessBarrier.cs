using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Threading;

/// <summary>
/// A full memory barrier on every thread of the process at once: the rare side of a protocol pays for it, the common side
/// needs no barrier at all (membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED; FlushProcessWriteBuffers).
/// </summary>
/// <remarks>
/// The asymmetric fence of Dice, Huang and Yang, "Asymmetric Dekker Synchronization" (2001): a reader that only keeps the
/// compiler from reordering pairs with a writer that calls <see cref="Flush"/> between its store and its load. A few
/// microseconds. Safe to call from several threads; allocates nothing.
/// </remarks>
public static class ProcessBarrier
{
    private const int MEMBARRIER_CMD_QUERY = 0;
    private const int MEMBARRIER_CMD_PRIVATE_EXPEDITED = 8;
    private const int MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 16;

    private static readonly bool s_registered = Register();

    /// <summary>Whether the system has the call itself; otherwise <see cref="Flush"/> takes the run-time library's way.</summary>
    public static bool IsNative => Host.IsWindows || s_registered;

    /// <summary>Returns after every running thread of the process has passed a full memory barrier.</summary>
    public static void Flush()
    {
        if (Host.IsWindows)
        {
            ThreadApi.FlushProcessWriteBuffers();
            return;
        }
        if (s_registered
            && Syscall.Invoke("membarrier", SyscallNumbers.membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0)
        {
            return;
        }
        Interlocked.MemoryBarrierProcessWide();
    }

    private static bool Register()
    {
        if (!Host.IsLinux)
            return false;
        nint commands = Syscall.Invoke("membarrier", SyscallNumbers.membarrier, MEMBARRIER_CMD_QUERY);
        return commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0
            && Syscall.Invoke(
                "membarrier", SyscallNumbers.membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    }
}
