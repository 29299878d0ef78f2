using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>unistd.h, sys/stat.h and signal.h: pipes, process identity and signals, the same on Linux and Darwin.</summary>
internal static unsafe partial class UnistdProcess
{
    internal static int pipe(int* descriptors)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pipe), out nint result, (nint)descriptors))
            return (int)result;
        return Calls.pipe(descriptors);
    }

    internal static int getpid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getpid), out nint result))
            return (int)result;
        return Calls.getpid();
    }

    internal static int getppid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getppid), out nint result))
            return (int)result;
        return Calls.getppid();
    }

    internal static int getpgid(int process)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getpgid), out nint result, process))
            return (int)result;
        return Calls.getpgid(process);
    }

    internal static int getsid(int process)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getsid), out nint result, process))
            return (int)result;
        return Calls.getsid(process);
    }

    internal static uint getuid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getuid), out nint result))
            return (uint)result;
        return Calls.getuid();
    }

    internal static uint geteuid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(geteuid), out nint result))
            return (uint)result;
        return Calls.geteuid();
    }

    internal static uint getgid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getgid), out nint result))
            return (uint)result;
        return Calls.getgid();
    }

    internal static uint getegid()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getegid), out nint result))
            return (uint)result;
        return Calls.getegid();
    }

    internal static int kill(int process, int signal)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(kill), out nint result, process, signal))
            return (int)result;
        return Calls.kill(process, signal);
    }

    internal static int mkfifo(byte* path, uint mode)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(mkfifo), out nint result, (nint)path, (nint)mode))
            return (int)result;
        return Calls.mkfifo(path, mode);
    }

    internal static int isatty(int descriptor)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(isatty), out nint result, descriptor))
            return (int)result;
        return Calls.isatty(descriptor);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int pipe(int* descriptors);

        [LibraryImport("libc")]
        internal static partial int getpid();

        [LibraryImport("libc")]
        internal static partial int getppid();

        [LibraryImport("libc")]
        internal static partial int getpgid(int process);

        [LibraryImport("libc")]
        internal static partial int getsid(int process);

        [LibraryImport("libc")]
        internal static partial uint getuid();

        [LibraryImport("libc")]
        internal static partial uint geteuid();

        [LibraryImport("libc")]
        internal static partial uint getgid();

        [LibraryImport("libc")]
        internal static partial uint getegid();

        [LibraryImport("libc")]
        internal static partial int kill(int process, int signal);

        [LibraryImport("libc")]
        internal static partial int mkfifo(byte* path, uint mode);

        [LibraryImport("libc")]
        internal static partial int isatty(int descriptor);
    }
}
