using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Ipc;

/// <summary>Pipes: nameless ones between relatives, and FIFOs, which have a name in the file system (pipe(7)). Children do not inherit
/// them unless told so by a spawn.</summary>
public static unsafe class Pipes
{
    /// <summary>Creates a nameless pipe.</summary>
    /// <param name="nonBlocking">On Unix, reads and writes return at once instead of waiting, as a readiness poller needs it. On
    /// Windows both ends are always open for overlapped operation, as a completion port needs it, and calls on the handles wait.</param>
    /// <exception cref="PlatformException">No descriptors left.</exception>
    public static (FileHandle Reader, FileHandle Writer) Create(bool nonBlocking = false)
    {
        if (!Host.IsWindows)
        {
            UnixPipe.Create(nonBlocking, out int reader, out int writer).ThrowIfError("pipe");
            return (FileHandle.FromDescriptor(reader, true), FileHandle.FromDescriptor(writer, true));
        }

        WindowsPipe.Create(weRead: true, bothOverlapped: true, out nint read, out nint write).ThrowIfError("create pipe");
        return (FileHandle.OfOverlappedPipe(read), FileHandle.OfOverlappedPipe(write));
    }

    /// <summary>Creates a FIFO, which readers and writers then open like a file; opening waits for the other side.</summary>
    /// <param name="path">Where.</param>
    /// <param name="mode">Its permission bits, before the mask of the process.</param>
    /// <returns>Success, or why not: the name is taken, or not Unix (kind not-supported).</returns>
    /// <exception cref="ArgumentException">An empty path, or a zero character.</exception>
    public static NativeError TryCreateFifo(string path, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0')) throw new ArgumentException("The path holds a zero character.", nameof(path));
        if (Host.IsWindows) return NativeError.Of(ErrorKind.NotSupported);
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
            return UnistdProcess.mkfifo(text, (uint)mode) == 0 ? default : NativeError.Last();
    }
}
