using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Files;

/// <summary>
/// Changes of files and directories as records to read from a descriptor: inotify(7). Register <see cref="Descriptor"/> with a poller
/// for readability, read it, and give the bytes to <see cref="TryParse"/>.
/// </summary>
/// <remarks>A directory is watched with its entries, not with what lies below them. Records of one queue come in the order of
/// the changes. A rename inside a watched directory is told in two halves with one cookie. Adding and removing watches is
/// safe from several threads. Linux only: other systems tell changes in other shapes.</remarks>
public sealed unsafe class FileChangeQueue : IDisposable
{
    /// <summary>The shortest buffer that holds any one record (a name of 255 bytes): shorter reads fail with kind invalid-argument.</summary>
    public const int MinimumReadLength = 16 + 255 + 1;

    private FileChangeQueue(FileHandle descriptor) => Descriptor = descriptor;

    /// <summary>Whether the system has such queues.</summary>
    public static bool IsSupported => Host.IsLinux;

    /// <summary>The descriptor to poll and to read; non-blocking. It belongs to the queue.</summary>
    public FileHandle Descriptor { get; }

    /// <summary>Creates a queue that watches nothing.</summary>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    /// <exception cref="PlatformException">No descriptors left, or too many queues of this user.</exception>
    public static FileChangeQueue Create()
    {
        if (!Host.IsLinux) throw new PlatformNotSupportedException("Only Linux tells file changes as records of a descriptor.");
        int descriptor = SysInotify.inotify_init1(SysInotify.IN_CLOEXEC | SysInotify.IN_NONBLOCK);
        if (descriptor < 0) NativeError.Last().Throw("inotify_init1");
        return new FileChangeQueue(FileHandle.FromDescriptor(descriptor, ownsHandle: true));
    }

    /// <summary>Starts to watch a file or directory, or changes what an earlier watch of the same object tells.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="kinds">What to tell; the kinds that are told only are not allowed.</param>
    /// <param name="watch">The number that records will carry.</param>
    /// <returns>Success, or why not: not found, not permitted, or no watches left for this user (kind no-space).</returns>
    /// <exception cref="ArgumentException">An empty path, a zero character, no kind, or one that cannot be asked for.</exception>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public NativeError TryAdd(string path, FileChangeKinds kinds, out int watch)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0')) throw new ArgumentException("The path holds a zero character.", nameof(path));
        const FileChangeKinds Askable = FileChangeKinds.Changes | FileChangeKinds.Read | FileChangeKinds.ClosedUnwritten | FileChangeKinds.Opened;
        if ((kinds & Askable) == 0 || (kinds & ~(Askable | FileChangeKinds.OnlyDirectory | FileChangeKinds.NoFollow)) != 0)
            throw new ArgumentException("Name at least one kind of change, and only kinds that can be asked for.", nameof(kinds));
        using HandleLease lease = Descriptor.Lease();
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            watch = SysInotify.inotify_add_watch(lease.Descriptor, text, (uint)kinds);
            return watch < 0 ? NativeError.Last() : default;
        }
    }

    /// <summary>Starts to watch a file or directory.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="kinds">What to tell.</param>
    /// <returns>The number that records will carry.</returns>
    /// <exception cref="ArgumentException">An empty path, a zero character, no kind, or one that cannot be asked for.</exception>
    /// <exception cref="PlatformException">Not found, not permitted, or no watches left for this user.</exception>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public int Add(string path, FileChangeKinds kinds = FileChangeKinds.Changes)
    {
        TryAdd(path, kinds, out int watch).ThrowIfError("inotify_add_watch", path);
        return watch;
    }

    /// <summary>Ends a watch. A record of kind <see cref="FileChangeKinds.WatchEnded"/> follows what was told before.</summary>
    /// <returns>Success, or an error of kind invalid-argument when there is no such watch any more.</returns>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public NativeError Remove(int watch)
    {
        using HandleLease lease = Descriptor.Lease();
        return SysInotify.inotify_rm_watch(lease.Descriptor, watch) < 0 ? NativeError.Last() : default;
    }

    /// <summary>Takes the next record out of bytes that were read from <see cref="Descriptor"/>. Allocates nothing.</summary>
    /// <param name="records">What is left of the bytes of one read; moved behind the record.</param>
    /// <param name="change">The record.</param>
    /// <returns>False when no whole record is left; the system gives only whole ones.</returns>
    public static bool TryParse(ref ReadOnlySpan<byte> records, out FileChange change)
    {
        change = default;
        if (records.Length < sizeof(InotifyEvent)) return false;
        InotifyEvent header = MemoryMarshal.Read<InotifyEvent>(records);
        if (header.len > records.Length - sizeof(InotifyEvent)) return false;
        ReadOnlySpan<byte> name = records.Slice(sizeof(InotifyEvent), (int)header.len);
        records = records[(sizeof(InotifyEvent) + name.Length)..];
        int end = name.IndexOf((byte)0);
        change = new FileChange(header.wd, (FileChangeKinds)header.mask, header.cookie, end < 0 ? name : name[..end]);
        return true;
    }

    /// <summary>Closes the descriptor; all watches end. Disposing twice is fine.</summary>
    public void Dispose() => Descriptor.Dispose();
}
