using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Threading;

/// <summary>
/// Which processors the calling thread may run on, and which one it runs on (sched_setaffinity(2);
/// SetThreadGroupAffinity). macOS has no such control: <see cref="TrySet"/> says so.
/// </summary>
/// <remarks>
/// A thread of the pool keeps what is set after the work item ends: use threads of your own, or set it back. Pair with
/// <see cref="Thread.BeginThreadAffinity"/> where a host may switch threads.
/// </remarks>
public static unsafe class ThreadAffinity
{
    /// <summary>The processor the calling thread runs on at this moment; may be another one at the next.</summary>
    /// <exception cref="PlatformException">The system does not tell.</exception>
    public static int CurrentProcessor
    {
        get
        {
            if (Host.IsWindows)
            {
                ProcessorNumber number;
                ThreadApi.GetCurrentProcessorNumberEx(&number);
                return (number.Group * 64) + number.Number;
            }
            if (Host.IsDarwin)
            {
                nuint number;
                int code = DarwinSystem.pthread_cpu_number_np(&number);
                new NativeError(ErrorDomain.DarwinErrno, code).ThrowIfError("current processor");
                return (int)number;
            }
            int processor = Sched.sched_getcpu();
            if (processor < 0)
                NativeError.Last().Throw("current processor");
            return processor;
        }
    }

    /// <summary>Lets the calling thread run on some processors only.</summary>
    /// <param name="processors">The processors; those that do not exist are left out by the system.</param>
    /// <returns>
    /// Success; <see cref="ErrorKind.NotSupported"/> on macOS and, on Windows, for processors of several groups;
    /// <see cref="ErrorKind.InvalidArgument"/> when none of them exists or is allowed.
    /// </returns>
    public static NativeError TrySet(CpuSet processors)
    {
        ArgumentNullException.ThrowIfNull(processors);
        if (Host.IsDarwin)
            return NativeError.Of(ErrorKind.NotSupported);
        if (Host.IsWindows)
            return WindowsThread.SetAffinity(processors);
        fixed (ulong* words = processors.Words)
        {
            return Syscall.Invoke(
                "sched_setaffinity", SyscallNumbers.sched_setaffinity, 0, CpuSet.Capacity / 8, (nint)words) >= 0
                    ? default : NativeError.Last();
        }
    }

    /// <summary>The processors the calling thread may run on. On macOS all of them.</summary>
    /// <exception cref="PlatformException">The system does not tell.</exception>
    public static CpuSet Get()
    {
        CpuSet set = new();
        NativeError error = default;
        if (Host.IsWindows)
        {
            error = WindowsThread.GetAffinity(set);
        }
        else if (Host.IsDarwin)
        {
            for (int i = 0; i < Environment.ProcessorCount; i++)
                set[i] = true;
        }
        else
        {
            fixed (ulong* words = set.Words)
            {
                if (Syscall.Invoke(
                    "sched_getaffinity", SyscallNumbers.sched_getaffinity, 0, CpuSet.Capacity / 8, (nint)words) < 0)
                {
                    error = NativeError.Last();
                }
            }
        }
        error.ThrowIfError("get affinity");
        return set;
    }
}
