using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Threading;

/// <summary>The calling thread as the operating system sees it.</summary>
public static unsafe class NativeThread
{
    /// <summary>Bytes of a thread's name on Linux (the 16th is the terminating zero).</summary>
    private const int LinuxNameLength = 15;
    private const int DarwinNameLength = 63;

    /// <summary>The thread's number in the system, as tools show it.</summary>
    public static long Id
    {
        get
        {
            if (Host.IsWindows)
                return ThreadApi.GetCurrentThreadId();
            if (Host.IsLinux)
                return Syscall.Invoke("gettid", SyscallNumbers.gettid, 0);
            ulong id;
            int code = DarwinSystem.pthread_threadid_np(0, &id);
            new NativeError(ErrorDomain.DarwinErrno, code).ThrowIfError("thread id");
            return (long)id;
        }
    }

    /// <summary>
    /// The name tools and debuggers show. Unlike <see cref="Thread.Name"/> it may be set any number of times. Cut off at 15
    /// bytes of UTF-8 on Linux and 63 on macOS.
    /// </summary>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static string Name
    {
        get
        {
            if (Host.IsWindows)
            {
                WindowsThread.GetName(out string name).ThrowIfError("get thread name");
                return name;
            }
            byte* buffer = stackalloc byte[DarwinNameLength + 1];
            buffer[0] = 0;
            NativeError error = default;
            if (Host.IsDarwin)
            {
                int code = DarwinSystem.pthread_getname_np(
                    DarwinSystem.pthread_self(), buffer, DarwinNameLength + 1);
                error = new NativeError(ErrorDomain.DarwinErrno, code);
            }
            else if (Syscall.Invoke("prctl", SyscallNumbers.prctl, Sched.PR_GET_NAME, (nint)buffer) != 0)
            {
                error = NativeError.Last();
            }
            error.ThrowIfError("get thread name");
            ReadOnlySpan<byte> text = new(buffer, DarwinNameLength + 1);
            return PathText.ToText(text[..text.IndexOf((byte)0)]);
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Contains('\0'))
                throw new ArgumentException("A name cannot hold a zero character.", nameof(value));
            NativeError error;
            if (Host.IsWindows)
            {
                error = WindowsThread.SetName(value);
            }
            else
            {
                int most = Host.IsDarwin ? DarwinNameLength : LinuxNameLength;
                Span<byte> text = stackalloc byte[DarwinNameLength + 1];
                text.Clear();
                // Stops before a character that does not fit whole.
                Encoder encoder = Encoding.UTF8.GetEncoder();
                encoder.Convert(value, text[..most], flush: true, out _, out _, out _);
                fixed (byte* pointer = text)
                    error = SetUnix(pointer);
            }
            error.ThrowIfError("set thread name");
        }
    }

    /// <summary>Changes how the thread competes for processors.</summary>
    /// <param name="urgency">How.</param>
    /// <returns>
    /// Success; <see cref="ErrorKind.PermissionDenied"/> or <see cref="ErrorKind.NotPermitted"/> where rising needs a
    /// privilege; <see cref="ErrorKind.NotSupported"/> for real time on macOS.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The urgency is undefined.</exception>
    public static NativeError TrySetUrgency(ThreadUrgency urgency)
    {
        if (urgency > ThreadUrgency.RealTime)
            throw new ArgumentOutOfRangeException(nameof(urgency), urgency, "Undefined urgency.");
        return Host.IsWindows ? WindowsThread.SetPriority(urgency)
            : Host.IsDarwin ? SetDarwin(urgency)
            : SetLinux(urgency);
    }

    private static NativeError SetUnix(byte* name)
    {
        if (Host.IsDarwin)
            return new NativeError(ErrorDomain.DarwinErrno, DarwinSystem.pthread_setname_np(name));
        return Syscall.Invoke("prctl", SyscallNumbers.prctl, Sched.PR_SET_NAME, (nint)name) == 0
            ? default : NativeError.Last();
    }

    private static NativeError SetLinux(ThreadUrgency urgency)
    {
        int policy = urgency switch
        {
            ThreadUrgency.Idle => Sched.SCHED_IDLE,
            ThreadUrgency.RealTime => Sched.SCHED_RR,
            _ => Sched.SCHED_OTHER,
        };
        int priority = policy == Sched.SCHED_RR ? 1 : 0;
        if (Syscall.Invoke("sched_setscheduler", SyscallNumbers.sched_setscheduler, 0, policy, (nint)(&priority)) != 0)
            return NativeError.Last();
        if (policy != Sched.SCHED_OTHER)
            return default;
        // Linux keeps a nice value for each thread, whatever POSIX says (setpriority(2), "C library/kernel differences").
        int nice = ((int)ThreadUrgency.Normal - (int)urgency) * 5;
        return Syscall.Invoke("setpriority", SyscallNumbers.setpriority, Sched.PRIO_PROCESS, 0, nice) == 0
            ? default : NativeError.Last();
    }

    private static NativeError SetDarwin(ThreadUrgency urgency)
    {
        // Quality-of-service classes of sys/qos.h.
        uint level = urgency switch
        {
            ThreadUrgency.Idle => 0x09,
            ThreadUrgency.Lowest or ThreadUrgency.BelowNormal => 0x11,
            ThreadUrgency.Normal => 0x15,
            ThreadUrgency.AboveNormal => 0x19,
            _ => 0x21,
        };
        return urgency == ThreadUrgency.RealTime
            ? NativeError.Of(ErrorKind.NotSupported)
            : new NativeError(ErrorDomain.DarwinErrno, DarwinSystem.pthread_set_qos_class_self_np(level, 0));
    }
}
