using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary>openat2(2) with a root.</summary>
internal static unsafe class LinuxBeneath
{
    internal static NativeError Open(int root, ReadOnlySpan<byte> path, in FileOpenOptions options, out nint handle)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        bool creates = options.Creation is not (FileCreation.OpenExisting or FileCreation.TruncateExisting);
        OpenHow how = new()
        {
            flags = (uint)LinuxOpenFlags.Of(options),
            // Unlike open, openat2 refuses a mode that would be ignored, and bits beyond permissions.
            mode = creates ? options.Permissions is { } mode ? (uint)mode : 0x1B6 : 0,
            resolve = OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS,
        };
        while (true)
        {
            handle = Syscall.Invoke(
                "openat2", SyscallNumbers.openat2, root, (nint)name.Pointer, (nint)(&how), sizeof(OpenHow));
            if (handle >= 0)
                return default;
            NativeError error = NativeError.Last();
            // EAGAIN: a rename raced with the walk over "..", and the kernel could not prove the result beneath.
            if (error.Kind is not (ErrorKind.Interrupted or ErrorKind.WouldBlock))
                return error;
        }
    }
}
