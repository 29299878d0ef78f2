using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>Opening a pair of a pseudoterminal (pty(7)).</summary>
internal static unsafe class Pseudoterminal
{
    private const int O_RDWR = 2;

    internal static NativeError Open(out int controller, out int terminal)
    {
        terminal = -1;
        int noTerminal = Host.IsDarwin ? 0x20000 : 0x100;
        int closeOnExec = Host.IsDarwin ? 0x1000000 : 0x80000;
        fixed (byte* path = "/dev/ptmx\0"u8) controller = Fcntl.openat(-100, path, O_RDWR | noTerminal | closeOnExec, 0);
        if (controller < 0) return NativeError.Last();
        byte* name = stackalloc byte[128];
        if (StdlibTerminal.grantpt(controller) == 0 && StdlibTerminal.unlockpt(controller) == 0 && Name(controller, name))
        {
            terminal = Fcntl.openat(-100, name, O_RDWR | noTerminal | closeOnExec, 0);
            if (terminal >= 0) return default;
        }

        NativeError error = NativeError.Last();
        Unistd.close(controller);
        controller = -1;
        return error.IsError ? error : NativeError.Of(ErrorKind.NoDevice);
    }

    private static bool Name(int controller, byte* name)
    {
        if (Host.IsLinux) return StdlibTerminal.ptsname_r(controller, name, 128) == 0;
        // macOS: TIOCPTYGNAME fills a buffer of 128 bytes.
        return SysIoctl.ioctl(controller, 0x40807453, (nint)name) == 0;
    }
}
