using System.Buffers.Text;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Hard and symbolic links.</summary>
internal static unsafe class UnixLinks
{
    /// <summary>
    /// Names an open file. AT_EMPTY_PATH says it directly but needs a privilege; the magic link in /proc needs none but a
    /// mounted /proc (open(2), O_TMPFILE).
    /// </summary>
    internal static NativeError LinkOpenFile(int fd, int directory, ReadOnlySpan<byte> path)
    {
        if (Host.IsDarwin)
            return NativeError.Of(ErrorKind.NotSupported);
        using PathBuffer target = new(path, stackalloc byte[PathBuffer.StackSize]);
        byte empty = 0;
        if (Unistd.linkat(fd, &empty, directory, target.Pointer, LinuxFcntl.AT_EMPTY_PATH) == 0)
            return default;
        NativeError error = NativeError.Last();
        if (error.Kind is not (ErrorKind.NotFound or ErrorKind.NotPermitted))
            return error;
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        byte* link = stackalloc byte[32];
        prefix.CopyTo(new Span<byte>(link, 32));
        Utf8Formatter.TryFormat(fd, new Span<byte>(link + prefix.Length, 32 - prefix.Length), out int digits);
        link[prefix.Length + digits] = 0;
        return Unistd.linkat(
            LinuxFcntl.AT_FDCWD, link, directory, target.Pointer, LinuxFcntl.AT_SYMLINK_FOLLOW) == 0
                ? default : NativeError.Last();
    }

    internal static NativeError Link(
        int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to)
    {
        using PathBuffer source = new(from, stackalloc byte[PathBuffer.StackSize]);
        using PathBuffer target = new(to, stackalloc byte[PathBuffer.StackSize]);
        return Unistd.linkat(fromDirectory, source.Pointer, toDirectory, target.Pointer, 0) == 0
            ? default : NativeError.Last();
    }

    internal static NativeError Symlink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> path)
    {
        using PathBuffer text = new(target, stackalloc byte[PathBuffer.StackSize]);
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        return Unistd.symlinkat(text.Pointer, directory, name.Pointer) == 0 ? default : NativeError.Last();
    }

    internal static NativeError ReadLink(int directory, ReadOnlySpan<byte> path, Span<byte> buffer, out int length)
    {
        using PathBuffer name = new(path, stackalloc byte[PathBuffer.StackSize]);
        fixed (byte* pointer = buffer)
        {
            nint result = Unistd.readlinkat(directory, name.Pointer, pointer, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return result >= 0 ? default : NativeError.Last();
        }
    }
}
