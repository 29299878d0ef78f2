using Gabbro.Platform.Memory;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary>
/// Ranges of memory in which SIGBUS, which the system sends for a page of a mapping whose file has become shorter, puts a
/// page of zeros in place instead of ending the process. Everything else goes on to the handler that was there before.
/// </summary>
/// <remarks>
/// The handler is installed when the first range is guarded, and stays. A range is entered end first and left start
/// first, so that the handler, which takes no lock, never sees the start of one range with the end of another.
/// </remarks>
internal static unsafe class MappingGuard
{
    private const int SIGBUS = 7;
    private const int Ranges = 128;
    private const int TableWords = 2 + (3 * Ranges);

    private static readonly Lock s_lock = new();
    private static ulong* s_table;
    private static NativeError s_unavailable;

    /// <summary>Guards a range.</summary>
    /// <param name="start">Its first page.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="slot">What to ask and release it by.</param>
    /// <returns>Success; why there is no guard on this system; or OutOfRange when 128 ranges are guarded already.</returns>
    internal static NativeError Add(byte* start, nuint length, out int slot)
    {
        slot = -1;
        lock (s_lock)
        {
            if (s_table is null && !s_unavailable.IsError)
                s_unavailable = Install();
            if (s_unavailable.IsError)
                return s_unavailable;
            for (int i = 0; i < Ranges; i++)
            {
                ulong* range = Range(i);
                if (range[0] != 0)
                    continue;
                range[2] = 0;
                Volatile.Write(ref range[1], (ulong)(start + length));
                Volatile.Write(ref range[0], (ulong)start);
                slot = i;
                return default;
            }
        }
        return NativeError.Of(ErrorKind.ResourceLimit);
    }

    /// <summary>Faults answered in a range so far.</summary>
    internal static long Count(int slot) => (long)Volatile.Read(ref Range(slot)[2]);

    /// <summary>Where a range counts its faults.</summary>
    internal static long* Counter(int slot) => (long*)Range(slot) + 2;

    /// <summary>Stops guarding a range. No access may be under way.</summary>
    internal static void Remove(int slot)
    {
        lock (s_lock)
        {
            ulong* range = Range(slot);
            Volatile.Write(ref range[1], 0);
            Volatile.Write(ref range[0], 0);
        }
    }

    private static ulong* Range(int slot) => s_table + 2 + (3 * slot);

    private static NativeError Install()
    {
        ReadOnlySpan<byte> code = Host.IsArm64 ? MappingGuardCode.Arm64 : MappingGuardCode.X64;
        nuint page = VirtualMemory.PageSize;
        nuint size = MappingGuardCode.TableOffset + (nuint)Math.Max(TableWords * sizeof(ulong), (int)page);
        NativeError error = UnixMemory.Reserve((size + page - 1) & ~(page - 1), MappingGuardCode.TableOffset, out void* memory);
        if (error.IsError)
            return error;
        byte* start = (byte*)memory;
        nuint tableSize = ((nuint)(TableWords * sizeof(ulong)) + page - 1) & ~(page - 1);
        error = UnixMemory.Protect(start, page, MemoryProtection.ReadWrite);
        if (!error.IsError)
            error = UnixMemory.Protect(start + MappingGuardCode.TableOffset, tableSize, MemoryProtection.ReadWrite);
        if (!error.IsError)
        {
            code.CopyTo(new Span<byte>(start, code.Length));
            // Hardened systems refuse to make written pages runnable; then there is no guard, and this says why.
            error = UnixMemory.Protect(start, page, MemoryProtection.Read | MemoryProtection.Execute);
        }
        KernelSigaction action = default;
        if (!error.IsError && Signal(null, &action) is { IsError: true } failed)
            error = failed;
        // Nobody handled it before: there is nothing to go on to, and the default action cannot be jumped to.
        if (!error.IsError && action.sa_handler is 0 or 1)
            error = NativeError.Of(ErrorKind.NotSupported);
        if (!error.IsError)
        {
            ulong* table = (ulong*)(start + MappingGuardCode.TableOffset);
            table[0] = (ulong)action.sa_handler;
            table[1] = page;
            action.sa_handler = (nint)start;
            error = Signal(&action, null);
            if (!error.IsError)
            {
                s_table = table;
                return default;
            }
        }
        _ = UnixMemory.Release(start, (size + page - 1) & ~(page - 1));
        return error;
    }

    /// <summary>Flags, mask and restorer stay those of the previous handler: it must find itself called as it expects.</summary>
    private static NativeError Signal(KernelSigaction* set, KernelSigaction* get) =>
        Syscall.Invoke(
            "rt_sigaction", SyscallNumbers.rt_sigaction, SIGBUS, (nint)set, (nint)get, sizeof(ulong)) == 0
                ? default : NativeError.Last();
}
