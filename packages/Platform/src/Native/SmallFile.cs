using System.Text;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native;

/// <summary>The little files of procfs, sysfs and cgroupfs: read whole, written in one call as these file systems demand.</summary>
internal static class SmallFile
{
    internal static string? TryRead(string path) => TryRead(path, out string text).IsError ? null : text;

    internal static NativeError TryRead(string path, out string text)
    {
        text = "";
        if (!FileHandle.TryOpen(path, FileOpenOptions.Read, out FileHandle? file, out NativeError error)) return error;
        using (file)
        {
            byte[] buffer = new byte[4096];
            int length = 0;
            while (true)
            {
                if (!file.TryRead(buffer.AsSpan(length), out int got, out error)) return error;
                if (got == 0) break;
                length += got;
                if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
            }

            text = Encoding.UTF8.GetString(buffer, 0, length);
            return default;
        }
    }

    internal static NativeError TryWrite(string path, string text)
    {
        if (!FileHandle.TryOpen(path, new FileOpenOptions { Access = FileOpenAccess.Write }, out FileHandle? file, out NativeError error)) return error;
        using (file)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return file.TryWrite(bytes, out int written, out error)
                ? written == bytes.Length ? default : NativeError.Of(ErrorKind.IoError)
                : error;
        }
    }
}
