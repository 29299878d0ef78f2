using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Native;

/// <summary>
/// Reads the entries of one open directory after another through one native buffer: getdents64(2),
/// NtQueryDirectoryFile, or readdir(3). Leaves out <c>.</c> and <c>..</c>. Allocates nothing after construction.
/// </summary>
internal sealed unsafe class DirectoryCursor : IDisposable
{
    // 32 KiB holds about a thousand short names. 8 and 128 KiB were within 2 % of it on a tree of 100,000 files.
    private const int BufferSize = 32 * 1024;

    private byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize + NameCapacity, 16);
    private nint _handle;
    private nint _stream;
    private int _position;
    private int _end;
    private bool _restart;

    /// <summary>The longest name: 255 UTF-16 units of three bytes on Windows, 1024 bytes on Darwin.</summary>
    private const int NameCapacity = 1040;

    /// <summary>The current name, followed by a zero byte.</summary>
    internal byte* Name { get; private set; }

    internal int NameLength { get; private set; }

    internal FileType Type { get; private set; }

    internal ulong FileId { get; private set; }

    /// <summary>Starts on a directory whose position is at its first entry. The handle stays the caller's.</summary>
    internal NativeError Begin(nint handle)
    {
        End();
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        _handle = handle;
        _position = _end = 0;
        _restart = true;
        if (!Host.IsDarwin)
            return default;
        // The stream takes a descriptor over and closes it.
        NativeError error = UnixFiles.Duplicate((int)handle, out int copy);
        if (error.IsError)
            return error;
        _stream = DarwinSystem.fdopendir(copy);
        if (_stream != 0)
            return default;
        error = NativeError.Last();
        _ = Unistd.close(copy);
        return error;
    }

    /// <summary>Steps to the next entry.</summary>
    /// <returns>Whether there is one; false with no error at the end.</returns>
    internal bool Next(out NativeError error) =>
        Host.IsWindows ? NextWindows(out error) : Host.IsDarwin ? NextDarwin(out error) : NextLinux(out error);

    /// <summary>Lets go of the directory.</summary>
    internal void End()
    {
        if (_stream != 0)
            _ = DarwinSystem.closedir(_stream);
        _stream = 0;
    }

    public void Dispose()
    {
        End();
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
    }

    private static bool IsDots(byte* name) =>
        name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    private bool NextLinux(out NativeError error)
    {
        while (true)
        {
            if (_position == _end)
            {
                nint count = Syscall.Invoke(
                    "getdents64", SyscallNumbers.getdents64, _handle, (nint)_buffer, BufferSize);
                if (count <= 0)
                {
                    error = count == 0 ? default : NativeError.Last();
                    if (error.Kind == ErrorKind.Interrupted)
                        continue;
                    // A directory that was removed while open has no entries and says so with ENOENT.
                    error = error.Kind == ErrorKind.NotFound ? default : error;
                    return false;
                }
                _position = 0;
                _end = (int)count;
            }
            LinuxDirent* entry = (LinuxDirent*)(_buffer + _position);
            _position += entry->d_reclen;
            byte* name = (byte*)entry + LinuxDirent.NameOffset;
            if (IsDots(name))
                continue;
            Name = name;
            NameLength = new ReadOnlySpan<byte>(name, entry->d_reclen - LinuxDirent.NameOffset).IndexOf((byte)0);
            Type = UnixMode.TypeOf(entry->d_type << 12);
            FileId = entry->d_ino;
            error = default;
            return true;
        }
    }

    private bool NextDarwin(out NativeError error)
    {
        while (true)
        {
            // Null means the end or a failure; only errno, cleared before, tells which.
            Marshal.SetLastSystemError(0);
            DarwinDirent* entry = (DarwinDirent*)DarwinSystem.readdir(_stream);
            if (entry is null)
            {
                error = NativeError.Last();
                return false;
            }
            byte* name = (byte*)entry + DarwinDirent.NameOffset;
            if (IsDots(name))
                continue;
            Name = name;
            NameLength = entry->d_namlen;
            Type = UnixMode.TypeOf(entry->d_type << 12);
            FileId = entry->d_ino;
            error = default;
            return true;
        }
    }

    private bool NextWindows(out NativeError error)
    {
        while (true)
        {
            if (_position == _end)
            {
                IoStatusBlock block;
                int status = Ntdll.NtQueryDirectoryFile(
                    _handle, 0, null, null, &block, _buffer, BufferSize, Ntdll.FileIdFullDirectoryInformation, 0,
                    null, _restart ? (byte)1 : (byte)0);
                _restart = false;
                if (status < 0)
                {
                    error = status is Ntdll.STATUS_NO_MORE_FILES or NtStatusErrors.STATUS_NO_SUCH_FILE
                        ? default : NativeError.FromNtStatus(status);
                    return false;
                }
                _position = 0;
                _end = (int)block.Information;
            }
            FileIdFullDirInformation* entry = (FileIdFullDirInformation*)(_buffer + _position);
            _position = entry->NextEntryOffset == 0 ? _end : _position + (int)entry->NextEntryOffset;
            byte* name = _buffer + BufferSize;
            ReadOnlySpan<char> text = new(
                (byte*)entry + FileIdFullDirInformation.NameOffset, (int)entry->FileNameLength / sizeof(char));
            NameLength = PathText.Encode(text, new Span<byte>(name, NameCapacity - 1));
            name[NameLength] = 0;
            if (IsDots(name))
                continue;
            Name = name;
            Type = WindowsFiles.TypeOf(entry->FileAttributes);
            FileId = (ulong)entry->FileId;
            error = default;
            return true;
        }
    }
}
