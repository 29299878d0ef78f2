using Gabbro.Platform.Locks;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Range locks by LockFileEx.</summary>
internal static unsafe class WindowsLocks
{
    internal static NativeError Lock(nint file, ByteRange range, LockMode mode, bool wait)
    {
        uint flags = (mode == LockMode.Exclusive ? Kernel32.LOCKFILE_EXCLUSIVE_LOCK : 0)
            | (wait ? 0 : Kernel32.LOCKFILE_FAIL_IMMEDIATELY);
        Overlapped overlapped = Overlapped.At(range.Offset, ThreadEvent.Current);
        if (Kernel32.LockFileEx(file, flags, 0, (uint)range.Length, (uint)(range.Length >> 32), &overlapped) != 0)
            return default;
        NativeError error = NativeError.Last();
        if (error.Code != Win32Errors.ERROR_IO_PENDING)
            return error;
        uint transferred;
        if (Kernel32.GetOverlappedResult(file, &overlapped, &transferred, 1) != 0)
            return default;
        return NativeError.Last();
    }

    internal static NativeError Unlock(nint file, ByteRange range)
    {
        Overlapped overlapped = Overlapped.At(range.Offset, ThreadEvent.Current);
        return Kernel32.UnlockFileEx(file, 0, (uint)range.Length, (uint)(range.Length >> 32), &overlapped) != 0
            ? default : NativeError.Last();
    }

    internal static NativeError Query(
        nint file, ByteRange range, LockMode mode, out bool found, out LockConflict conflict)
    {
        NativeError error = Lock(file, range, mode, wait: false);
        found = error.Kind is ErrorKind.LockBusy or ErrorKind.WouldBlock;
        conflict = found ? new LockConflict(LockMode.Exclusive, range, 0) : default;
        if (found)
            return default;
        return error.IsError ? error : Unlock(file, range);
    }
}
