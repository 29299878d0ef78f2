using System.Runtime.InteropServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform;

/// <summary>
/// A descriptor (Unix) or handle (Windows) that is closed exactly once, and never while a call of another thread still
/// uses it: closing waits for the last such call, so a call never hits a descriptor number that was closed and reused.
/// </summary>
/// <remarks>All members are safe to call from several threads. Disposing twice is fine.</remarks>
public abstract class SystemHandle : SafeHandle
{
    /// <summary>A handle over a native value.</summary>
    /// <param name="handle">The descriptor or handle; -1 for none yet.</param>
    /// <param name="ownsHandle">Whether disposing closes it.</param>
    protected SystemHandle(nint handle, bool ownsHandle)
        : base(-1, ownsHandle)
    {
        SetHandle(handle);
    }

    /// <summary>Whether no descriptor is held: -1, and 0 too on Windows.</summary>
    public override bool IsInvalid => handle == -1 || (Host.IsWindows && handle == 0);

    /// <summary>Holds the handle open for the length of a call.</summary>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    internal HandleLease Lease() => new(this);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() =>
        // close(2) has released the descriptor even when it reports EINTR or EIO; repeating it could close another's.
        Host.IsWindows ? Kernel32.CloseHandle(handle) != 0 : Unistd.close((int)handle) == 0;
}
