namespace Gabbro.Platform.Native.Unix;

/// <summary>Scatter and gather at an offset. A <see cref="BufferSegment"/> is a <c>struct iovec</c>.</summary>
internal static unsafe class UnixVectors
{
    /// <summary>IOV_MAX of Linux and Darwin.</summary>
    private const int Most = 1024;

    internal static NativeError ReadAt(int fd, ReadOnlySpan<BufferSegment> buffers, long offset, out long count)
    {
        fixed (BufferSegment* pointer = buffers)
        {
            while ((count = SysUio.preadv(fd, pointer, Math.Min(buffers.Length, Most), offset)) < 0)
            {
                NativeError error = NativeError.Last();
                if (error.Kind == ErrorKind.Interrupted)
                    continue;
                count = 0;
                return error;
            }
        }
        return default;
    }

    internal static NativeError WriteAt(int fd, ReadOnlySpan<BufferSegment> buffers, long offset, out long count)
    {
        fixed (BufferSegment* pointer = buffers)
        {
            while ((count = SysUio.pwritev(fd, pointer, Math.Min(buffers.Length, Most), offset)) < 0)
            {
                NativeError error = NativeError.Last();
                if (error.Kind == ErrorKind.Interrupted)
                    continue;
                count = 0;
                return error;
            }
        }
        return default;
    }
}
