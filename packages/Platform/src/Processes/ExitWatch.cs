using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>A descriptor that becomes readable when a process ends: a pidfd on Linux, a kqueue with one process filter on macOS.</summary>
internal static unsafe class ExitWatch
{
    internal static NativeError Open(int process, out int descriptor)
    {
        if (Host.IsLinux)
        {
            descriptor = (int)Syscall.Invoke("pidfd_open", ProcessSyscalls.pidfd_open, process);
            return descriptor < 0 ? NativeError.Last() : default;
        }

        descriptor = SysEvent.kqueue();
        if (descriptor < 0) return NativeError.Last();
        Fcntl.fcntl(descriptor, 2, 1);
        Kevent change = new()
        {
            ident = (nuint)process,
            filter = SysEvent.EVFILT_PROC,
            flags = SysEvent.EV_ADD,
            fflags = SysEvent.NOTE_EXIT,
        };
        if (SysEvent.kevent(descriptor, &change, 1, null, 0, null) >= 0) return default;
        NativeError error = NativeError.Last();
        Unistd.close(descriptor);
        descriptor = -1;
        return error;
    }
}
