using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Files;

/// <content>Opening below a root that no path, link or rename can lead out of.</content>
public sealed partial class DirectoryHandle
{
    /// <summary>Opens a file below this directory by a path that may come from anywhere: it cannot leave the directory.</summary>
    /// <param name="path">A relative path. Absolute paths and <c>..</c> or links that lead outside are refused.</param>
    /// <param name="options">How to open it.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="ArgumentException">The path holds a zero character, or the options contradict each other.</exception>
    /// <exception cref="PlatformException">The system refused; <see cref="ErrorKind.CrossesDevices"/> for a path that leaves the directory.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public FileHandle OpenBeneath(string path, FileOpenOptions options = default)
    {
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        if (!TryOpenBeneath(encoded.Bytes, options, out FileHandle? file, out NativeError error))
            error.Throw("open beneath", path);
        return file;
    }

    /// <summary>Opens a file below this directory by a path that cannot leave it, reporting failure as a value.</summary>
    /// <param name="path">A relative path. Absolute paths and <c>..</c> or links that lead outside are refused.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="file">The open file.</param>
    /// <param name="error">Why it could not be opened; <see cref="ErrorKind.CrossesDevices"/> for a path that leaves the directory.</param>
    /// <returns>Whether it was opened.</returns>
    /// <remarks>
    /// Linux 5.6 does this in one call (openat2(2), RESOLVE_BENEATH). Elsewhere, and where that call is filtered, the path
    /// is walked name by name, each opened without following a link; a link found on the way is read and its text walked
    /// the same way. On Windows links are refused.
    /// </remarks>
    /// <exception cref="ArgumentException">The path holds a zero byte, or the options contradict each other.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public bool TryOpenBeneath(
        ReadOnlySpan<byte> path, FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file,
        out NativeError error)
    {
        options.Validate();
        using HandleLease lease = Lease();
        nint handle = -1;
        error = Host.IsLinux
            ? LinuxBeneath.Open(lease.Descriptor, path, options, out handle)
            : NativeError.Of(ErrorKind.NotImplemented);
        // ENOSYS from old kernels, EPERM from container filters older than the call.
        if (error.Kind is ErrorKind.NotImplemented or ErrorKind.NotPermitted)
            error = BeneathWalk.Open(lease.Value, path, options, out handle);
        file = error.IsError ? null : FileHandle.Adopt(handle, PathText.ToText(path));
        return file is not null;
    }
}
