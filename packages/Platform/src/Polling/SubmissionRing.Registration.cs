using Gabbro.Platform.Native.Linux;
using static Gabbro.Platform.Native.Linux.IoUring;

namespace Gabbro.Platform.Polling;

public sealed unsafe partial class SubmissionRing
{
    /// <summary>Registers memory for fixed reads and writes, which spares pinning it for each operation.</summary>
    /// <param name="buffers">The pieces; entries name them by position. The memory stays in place until unregistered.</param>
    /// <exception cref="ArgumentException">No buffers.</exception>
    /// <exception cref="PlatformException">Buffers are registered already, or the limit of locked memory is exceeded.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void RegisterBuffers(ReadOnlySpan<BufferSegment> buffers)
    {
        if (buffers.IsEmpty) throw new ArgumentException("There is nothing to register.", nameof(buffers));
        fixed (BufferSegment* pointer = buffers) Register(IORING_REGISTER_BUFFERS, pointer, (uint)buffers.Length, "register buffers");
    }

    /// <summary>Takes the registered memory back, after operations on it have completed.</summary>
    /// <exception cref="PlatformException">None is registered.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void UnregisterBuffers() => Register(IORING_UNREGISTER_BUFFERS, null, 0, "unregister buffers");

    /// <summary>Registers descriptors, which spares looking them up for each operation.</summary>
    /// <param name="descriptors">The descriptors; -1 leaves a slot empty for later.</param>
    /// <exception cref="ArgumentException">No slots.</exception>
    /// <exception cref="PlatformException">Files are registered already, or a descriptor is not open.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void RegisterFiles(ReadOnlySpan<int> descriptors)
    {
        if (descriptors.IsEmpty) throw new ArgumentException("There is nothing to register.", nameof(descriptors));
        fixed (int* pointer = descriptors) Register(IORING_REGISTER_FILES, pointer, (uint)descriptors.Length, "register files");
    }

    /// <summary>Changes slots of the registered files.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="descriptors">The new descriptors; -1 empties a slot.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative slot.</exception>
    /// <exception cref="PlatformException">No files are registered, or a slot is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void UpdateFiles(int first, ReadOnlySpan<int> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        fixed (int* pointer = descriptors)
        {
            IoUringFilesUpdate update = new() { offset = (uint)first, fds = (ulong)pointer };
            Register(IORING_REGISTER_FILES_UPDATE, &update, (uint)descriptors.Length, "update files");
        }
    }

    /// <summary>Gives up the registered files.</summary>
    /// <exception cref="PlatformException">None is registered.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void UnregisterFiles() => Register(IORING_UNREGISTER_FILES, null, 0, "unregister files");

    /// <summary>Has every completion signal an eventfd, so that a poller can watch the ring.</summary>
    /// <param name="descriptor">An eventfd; the kernel keeps its own reference.</param>
    /// <exception cref="PlatformException">One is registered already, or the descriptor is no eventfd.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void RegisterEventDescriptor(int descriptor) => Register(IORING_REGISTER_EVENTFD, &descriptor, 1, "register event descriptor");

    /// <summary>Ends the signalling of the eventfd.</summary>
    /// <exception cref="PlatformException">None is registered.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public void UnregisterEventDescriptor() => Register(IORING_UNREGISTER_EVENTFD, null, 0, "unregister event descriptor");

    /// <summary>Creates a group of buffers that receives take from as data comes (5.19).</summary>
    /// <param name="group">The number entries name the group by.</param>
    /// <param name="count">How many buffers: a power of two up to 32768.</param>
    /// <param name="size">The bytes of each buffer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count that is no power of two or too large, or a size below 1.</exception>
    /// <exception cref="PlatformException">The group exists already, or the kernel has no buffer rings.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public ProvidedBufferRing CreateBufferRing(ushort group, int count, int size)
    {
        CheckBufferRing(count, size);
        return new ProvidedBufferRing(this, group, count, size, null);
    }

    /// <summary>Creates a group of buffers in memory of the caller's, a pinned array for one, so that what was received can be
    /// handed on without copying (5.19).</summary>
    /// <param name="group">The number entries name the group by.</param>
    /// <param name="count">How many buffers: a power of two up to 32768.</param>
    /// <param name="size">The bytes of each buffer.</param>
    /// <param name="memory">Room for all of them, one behind the other; it stays in place until the group is disposed.</param>
    /// <exception cref="ArgumentNullException">No memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count that is no power of two or too large, or a size below 1.</exception>
    /// <exception cref="PlatformException">The group exists already, or the kernel has no buffer rings.</exception>
    /// <exception cref="ObjectDisposedException">The ring is closed.</exception>
    public ProvidedBufferRing CreateBufferRing(ushort group, int count, int size, byte* memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        CheckBufferRing(count, size);
        return new ProvidedBufferRing(this, group, count, size, memory);
    }

    internal void RegisterBufferRing(void* memory, int count, ushort group)
    {
        IoUringBufferRegistration registration = new() { ring_addr = (ulong)memory, ring_entries = (uint)count, bgid = group };
        Register(IORING_REGISTER_PBUF_RING, &registration, 1, "register buffer ring");
    }

    internal void UnregisterBufferRing(ushort group)
    {
        if (IsClosed) return;
        IoUringBufferRegistration registration = new() { bgid = group };
        io_uring_register((int)handle, IORING_UNREGISTER_PBUF_RING, &registration, 1);
    }

    private static void CheckBufferRing(int count, int size)
    {
        if (count is < 1 or > 32768 || !int.IsPow2(count)) throw new ArgumentOutOfRangeException(nameof(count));
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
    }

    private void Register(uint operation, void* argument, uint count, string what)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (io_uring_register((int)handle, operation, argument, count) < 0) NativeError.Last().Throw(what);
    }
}
