using Gabbro.Platform.Files;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Times and extended attributes.</summary>
internal static unsafe class UnixMetadata
{
    private const int UtimeOmitLinux = 0x3FFFFFFE;
    private const int UtimeOmitDarwin = -2;

    internal static NativeError SetTimes(int fd, UnixTimestamp? access, UnixTimestamp? modification)
    {
        Timespec* times = stackalloc Timespec[2] { Convert(access), Convert(modification) };
        return SysStat.futimens(fd, times) == 0 ? default : NativeError.Last();
    }

    internal static NativeError GetAttribute(int fd, ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        using PathBuffer text = new(name, stackalloc byte[PathBuffer.StackSize]);
        fixed (byte* value = buffer)
        {
            nint result = Host.IsDarwin
                ? SysXattr.fgetxattr_darwin(fd, text.Pointer, value, (nuint)buffer.Length, 0, 0)
                : SysXattr.fgetxattr_linux(fd, text.Pointer, value, (nuint)buffer.Length);
            length = (int)Math.Max(result, 0);
            return result >= 0 ? default : NativeError.Last();
        }
    }

    internal static NativeError SetAttribute(
        int fd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, AttributeMode mode)
    {
        using PathBuffer text = new(name, stackalloc byte[PathBuffer.StackSize]);
        fixed (byte* pointer = value)
        {
            int result;
            if (Host.IsDarwin)
            {
                int options = mode == AttributeMode.Create ? SysXattr.XATTR_CREATE_DARWIN
                    : mode == AttributeMode.Replace ? SysXattr.XATTR_REPLACE_DARWIN : 0;
                result = SysXattr.fsetxattr_darwin(fd, text.Pointer, pointer, (nuint)value.Length, 0, options);
            }
            else
            {
                int flags = mode == AttributeMode.Create ? SysXattr.XATTR_CREATE_LINUX
                    : mode == AttributeMode.Replace ? SysXattr.XATTR_REPLACE_LINUX : 0;
                result = SysXattr.fsetxattr_linux(fd, text.Pointer, pointer, (nuint)value.Length, flags);
            }
            return result == 0 ? default : NativeError.Last();
        }
    }

    internal static NativeError RemoveAttribute(int fd, ReadOnlySpan<byte> name)
    {
        using PathBuffer text = new(name, stackalloc byte[PathBuffer.StackSize]);
        int result = Host.IsDarwin
            ? SysXattr.fremovexattr_darwin(fd, text.Pointer, 0)
            : SysXattr.fremovexattr_linux(fd, text.Pointer);
        return result == 0 ? default : NativeError.Last();
    }

    /// <summary>The list may grow between asking for its length and reading it: ask again then.</summary>
    internal static NativeError ListAttributes(int fd, out string[] names)
    {
        names = [];
        byte[] list = [];
        while (true)
        {
            nint length;
            fixed (byte* pointer = list)
            {
                length = Host.IsDarwin
                    ? SysXattr.flistxattr_darwin(fd, pointer, (nuint)list.Length, 0)
                    : SysXattr.flistxattr_linux(fd, pointer, (nuint)list.Length);
            }
            if (length < 0)
            {
                NativeError error = NativeError.Last();
                if (error.Kind == ErrorKind.OutOfRange)
                {
                    list = [];
                    continue;
                }
                return error.Kind == ErrorKind.NotSupported ? default : error;
            }
            if (length == 0)
                return default;
            if (list.Length == 0)
            {
                list = new byte[length + 64];
                continue;
            }
            List<string> found = [];
            ReadOnlySpan<byte> rest = list.AsSpan(0, (int)length);
            for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
                found.Add(PathText.ToText(rest[..end]));
            names = [.. found];
            return default;
        }
    }

    private static Timespec Convert(UnixTimestamp? time) => time is { } value
        ? new() { tv_sec = value.Seconds, tv_nsec = value.Nanoseconds }
        : new() { tv_nsec = Host.IsDarwin ? UtimeOmitDarwin : UtimeOmitLinux };
}
