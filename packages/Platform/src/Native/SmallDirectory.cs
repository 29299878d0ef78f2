using System.Text;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native;

/// <summary>Making and removing directories of cgroupfs, whose files cannot be unlinked and vanish with their directory.</summary>
internal static class SmallDirectory
{
    internal static NativeError TryMake(string path)
    {
        int slash = path.LastIndexOf('/');
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(path[..slash]), out DirectoryHandle? parent, out NativeError error)) return error;
        using (parent) return parent.TryCreateDirectory(Encoding.UTF8.GetBytes(path[(slash + 1)..]));
    }

    internal static NativeError TryRemoveTree(string path)
    {
        int slash = path.LastIndexOf('/');
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(path[..slash]), out DirectoryHandle? parent, out NativeError error)) return error;
        using (parent)
        {
            foreach (string child in Subdirectories(path))
            {
                error = TryRemoveTree($"{path}/{child}");
                if (error.IsError) return error;
            }

            return parent.TryRemoveDirectory(Encoding.UTF8.GetBytes(path[(slash + 1)..]));
        }
    }

    internal static List<string> Subdirectories(string path)
    {
        List<string> names = [];
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(path), out DirectoryHandle? directory, out _)) return names;
        using (directory)
        using (DirectoryReader reader = new())
        {
            reader.Start(directory);
            while (reader.TryRead(out DirectoryEntry entry, out NativeError error) && !error.IsError)
                if (entry.Type == FileType.Directory) names.Add(Encoding.UTF8.GetString(entry.Name));
        }

        return names;
    }
}
