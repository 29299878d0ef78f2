using System.Text;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Ipc;

/// <summary>
/// Memory that several processes map: with a name (shm_open(3), a named section on Windows), or without one, to be passed to
/// children and over sockets by its handle (memfd on Linux).
/// </summary>
/// <remarks>The span is shared with other processes: use atomic operations or a lock between them. All members may be called from
/// several threads, but disposal must wait until nobody uses the memory.</remarks>
public sealed unsafe class SharedMemory : SystemHandle
{
    private const int O_RDWR = 2;
    private const uint PageReadWrite = 4;
    private const uint FileMapAllAccess = 0xF001F;

    private readonly byte* _memory;

    private SharedMemory(nint handle, byte* memory, long size)
        : base(handle, ownsHandle: true)
    {
        _memory = memory;
        Size = size;
    }

    /// <summary>The bytes mapped.</summary>
    public long Size { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return _memory;
        }
    }

    /// <summary>The memory as a span; at most 2 GiB of it.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public Span<byte> Span => new(Pointer, (int)Math.Min(Size, int.MaxValue));

    /// <summary>Creates memory without a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="PlatformException">Not enough memory or descriptors.</exception>
    public static SharedMemory Create(long size) => Open(null, size, create: true);

    /// <summary>Creates memory with a name that must not exist. On Unix it lives until <see cref="Unlink"/>, on Windows until the
    /// last handle is closed.</summary>
    /// <param name="name">1 to 250 characters without slash, backslash or zero; at most 30 on macOS.</param>
    /// <param name="size">The bytes.</param>
    /// <exception cref="ArgumentException">The name is not as described.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="PlatformException">The name is taken, or not enough memory.</exception>
    public static SharedMemory Create(string name, long size)
    {
        CheckName(name);
        return Open(name, size, create: true);
    }

    /// <summary>Opens memory by its name.</summary>
    /// <exception cref="ArgumentException">The name is not as described at <see cref="Create(string, long)"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    /// <exception cref="PlatformException">There is none, or it is smaller than asked for.</exception>
    public static SharedMemory Open(string name, long size)
    {
        CheckName(name);
        return Open(name, size, create: false);
    }

    /// <summary>Removes a name; those who have the memory open keep it. On Windows names vanish by themselves.</summary>
    /// <returns>Success, or an error of kind not-found.</returns>
    /// <exception cref="ArgumentException">The name is not as described at <see cref="Create(string, long)"/>.</exception>
    public static NativeError Unlink(string name)
    {
        CheckName(name);
        if (Host.IsWindows) return default;
        fixed (byte* text = Encoding.UTF8.GetBytes($"/{name}\0")) return ShmApi.shm_unlink(text) == 0 ? default : NativeError.Last();
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (Host.IsWindows) Kernel32.UnmapViewOfFile(_memory);
        else Mman.munmap(_memory, (nuint)Size);
        return base.ReleaseHandle();
    }

    private static SharedMemory Open(string? name, long size, bool create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Host.IsWindows ? OpenWindows(name, size, create) : OpenUnix(name, size, create);
    }

    private static SharedMemory OpenUnix(string? name, long size, bool create)
    {
        int descriptor = name is null && Host.IsLinux ? MemoryFile() : Named(name, create);
        if (descriptor < 0) NativeError.Last().Throw("shm_open", name);
        NativeError error = default;
        if (create && Unistd.ftruncate(descriptor, size) != 0) error = NativeError.Last();
        // A mapping past the end of the object would be answered by a signal, not by an error.
        if (!create && Unistd.lseek(descriptor, 0, Unistd.SEEK_END) < size) error = NativeError.Of(ErrorKind.InvalidArgument);
        void* memory = null;
        if (!error.IsError)
        {
            memory = Mman.mmap(null, (nuint)size, Mman.PROT_READ | Mman.PROT_WRITE, Mman.MAP_SHARED, descriptor, 0);
            if (memory == Mman.Failed) error = NativeError.Last();
        }

        if (!error.IsError) return new SharedMemory(descriptor, (byte*)memory, size);
        Unistd.close(descriptor);
        if (create && name is not null) Unlink(name);
        error.Throw("map shared memory", name);
        return null;
    }

    private static int MemoryFile()
    {
        const nint CloseOnExec = 1;
        fixed (byte* text = "gabbro\0"u8)
            return (int)Syscall.Invoke("memfd_create", SyscallNumbers.memfd_create, (nint)text, CloseOnExec);
    }

    private static int Named(string? name, bool create)
    {
        string used = name ?? $"gabbro.{Environment.ProcessId}.{Environment.TickCount64 & 0xFFFFF:x}";
        int creation = create ? (Host.IsDarwin ? 0xA00 : 0xC0) : 0;
        fixed (byte* text = Encoding.UTF8.GetBytes($"/{used}\0"))
        {
            int descriptor = ShmApi.Open(text, O_RDWR | creation, 0x180);
            if (descriptor >= 0 && name is null) ShmApi.shm_unlink(text);
            return descriptor;
        }
    }

    private static SharedMemory OpenWindows(string? name, long size, bool create)
    {
        nint section;
        fixed (char* text = name)
        {
            section = create
                ? Kernel32.CreateFileMappingW(-1, null, PageReadWrite, (uint)(size >> 32), (uint)size, (ushort*)text)
                : SectionApi.OpenFileMappingW(FileMapAllAccess, 0, text);
        }

        NativeError error = NativeError.Last();
        // Creating a name that exists opens it, which is told by the last error alone.
        if (section == 0 || (create && name is not null && error.Kind == ErrorKind.AlreadyExists))
        {
            if (section != 0) Kernel32.CloseHandle(section);
            error.Throw("open section", name);
        }

        void* memory = Kernel32.MapViewOfFileEx(section, FileMapAllAccess & 6, 0, 0, (nuint)size, null);
        if (memory != null) return new SharedMemory(section, (byte*)memory, size);
        error = NativeError.Last();
        Kernel32.CloseHandle(section);
        error.Throw("map section", name);
        return null;
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > (Host.IsDarwin ? 30 : 250) || name.AsSpan().ContainsAny('/', '\\', '\0') || name is "." or "..")
            throw new ArgumentException("Shared memory is named by one short component without slashes.", nameof(name));
    }
}
