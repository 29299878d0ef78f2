using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native;

/// <summary>
/// Opens a path below a root name by name. Every step opens one name in one open directory without following links, so
/// that no rename meanwhile can turn a checked name into another; <c>..</c> goes back to the directory that was really
/// walked through, which is open too, and never above the root.
/// </summary>
internal static unsafe class BeneathWalk
{
    /// <summary>What Linux allows (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    internal static NativeError Open(nint root, ReadOnlySpan<byte> path, in FileOpenOptions options, out nint handle)
    {
        handle = -1;
        if (path.IsEmpty)
            return NativeError.Of(ErrorKind.NotFound);
        if (path.Contains((byte)0))
            throw new ArgumentException("A path cannot hold a zero byte.", nameof(path));
        List<nint> walked = [];
        NativeError error = Walk(root, path.ToArray(), options, walked, out handle);
        foreach (nint directory in walked)
            DirectoryReader.Close(directory);
        return error;
    }

    private static NativeError Walk(
        nint root, byte[] path, in FileOpenOptions options, List<nint> walked, out nint handle)
    {
        handle = -1;
        byte[] rest = Normalize(path);
        for (int links = 0; ;)
        {
            if (IsAbsolute(rest))
                return NativeError.Of(ErrorKind.CrossesDevices);
            ReadOnlySpan<byte> name = NextName(rest, out byte[] after);
            nint current = walked.Count == 0 ? root : walked[^1];
            bool last = after.Length == 0;
            if (name.SequenceEqual(".."u8))
            {
                if (walked.Count == 0)
                    return NativeError.Of(ErrorKind.CrossesDevices);
                DirectoryReader.Close(walked[^1]);
                walked.RemoveAt(walked.Count - 1);
                if (last)
                    return OpenOne(walked.Count == 0 ? root : walked[^1], "."u8, options, out handle);
                rest = after;
                continue;
            }
            NativeError error;
            bool stop = last && (options.Flags & FileOpenFlags.NoFollow) != 0;
            if (!stop && !Host.IsWindows && TryReadLink(current, name, out byte[] link))
            {
                if (++links > MostLinks)
                    return NativeError.Of(ErrorKind.SymbolicLinkLoop);
                rest = last ? link : [.. link, (byte)'/', .. after];
                continue;
            }
            if (last)
                return OpenOne(current, name, options, out handle);
            error = DirectoryReader.Open(current, name, followLink: false, out nint next);
            if (error.IsError)
                return error;
            walked.Add(next);
            rest = after;
        }
    }

    private static NativeError OpenOne(nint directory, ReadOnlySpan<byte> name, in FileOpenOptions options, out nint handle)
    {
        FileOpenOptions strict = options with { Flags = options.Flags | FileOpenFlags.NoFollow };
        if (Host.IsWindows)
            return Windows.WindowsFiles.Open(directory, name, strict, out handle);
        NativeError error = UnixFiles.Open((int)directory, name, strict, out int fd);
        handle = fd;
        return error;
    }

    private static bool TryReadLink(nint directory, ReadOnlySpan<byte> name, out byte[] link)
    {
        Span<byte> buffer = stackalloc byte[4096];
        bool found = !UnixLinks.ReadLink((int)directory, name, buffer, out int length).IsError;
        link = found ? buffer[..length].ToArray() : [];
        return found;
    }

    /// <summary>The first name that is not <c>.</c>; what is left may end with a separator, which means a directory.</summary>
    private static ReadOnlySpan<byte> NextName(byte[] path, out byte[] after)
    {
        int start = 0;
        while (true)
        {
            int end = Array.IndexOf(path, (byte)'/', start);
            ReadOnlySpan<byte> name = end < 0 ? path.AsSpan(start) : path.AsSpan(start, end - start);
            int next = end < 0 ? path.Length : end;
            while (next < path.Length && path[next] == '/')
                next++;
            if (name.SequenceEqual("."u8) && next < path.Length)
            {
                start = next;
                continue;
            }
            after = end >= 0 && next == path.Length ? [(byte)'.'] : path[next..];
            return name;
        }
    }

    private static byte[] Normalize(byte[] path)
    {
        if (Host.IsWindows)
            path.AsSpan().Replace((byte)'\\', (byte)'/');
        return path;
    }

    private static bool IsAbsolute(byte[] path) =>
        path.Length > 0 && (path[0] == '/' || (Host.IsWindows && path.AsSpan().Contains((byte)':')));
}
