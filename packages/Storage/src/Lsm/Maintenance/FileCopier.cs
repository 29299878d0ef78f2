using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Lsm.Maintenance;

/// <summary>Copies and links files within one file system seam.</summary>
internal static class FileCopier
{
    private const int Chunk = 1 << 20;

    /// <summary>Gives an immutable file a second name, or copies it where that is not possible.</summary>
    public static void LinkOrCopy(IStorageFileSystem system, string source, string target)
    {
        try
        {
            system.CreateHardLink(source, target);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NotSupported)
        {
            Copy(system, source, target, long.MaxValue);
        }
    }

    /// <summary>Copies at most <paramref name="length"/> bytes, durably.</summary>
    public static void Copy(IStorageFileSystem system, string source, string target, long length)
    {
        using var from = system.Open(source, StorageFileMode.Read);
        using var to = system.Open(target, StorageFileMode.CreateNew);
        var buffer = new byte[Chunk];
        for (long offset = 0; offset < length;)
        {
            var count = from.Read(offset, buffer.AsSpan(0, (int)Math.Min(Chunk, length - offset)));
            if (count == 0)
                break;
            to.Write(offset, buffer.AsSpan(0, count));
            offset += count;
        }

        to.Sync();
    }
}
