using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using static Gabbro.Platform.Native.Windows.ChangeApi;

namespace Gabbro.Platform.Native.Windows;

/// <summary>One watched directory: its handle, the memory of its pending call, and what the last call brought.</summary>
internal sealed unsafe class WindowsWatch : IDisposable
{
    // Redirectors of network file systems refuse more than 64 KiB.
    private const int BufferSize = 64 * 1024;

    // STATUS_PENDING, what an OVERLAPPED holds until its call has ended.
    private const int Pending = 0x103;

    // The longest relative path in WTF-8: 32,767 UTF-16 units of three bytes.
    private const int NameCapacity = 3 * 32_768;

    private readonly nint _directory;
    private readonly ChangeKinds _kinds;
    private readonly bool _subtree;
    private readonly nint _event;
    private readonly Overlapped* _overlapped = (Overlapped*)NativeMemory.AllocZeroed((nuint)sizeof(Overlapped));
    private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize + NameCapacity, 16);
    private FileNotifyInformation* _current;
    private uint _cookie;
    private bool _isPending;
    private bool _isGone;
    private bool _isDisposed;

    internal WindowsWatch(int number, nint directory, ChangeKinds kinds, bool subtree, nint signal)
    {
        Number = number;
        _directory = directory;
        _kinds = kinds;
        _subtree = subtree;
        _event = signal;
    }

    internal int Number { get; }

    /// <summary>Asks for the next changes.</summary>
    internal NativeError Start()
    {
        *_overlapped = Overlapped.At(0, _event);
        uint filter = 0;
        if ((_kinds & (ChangeKinds.Created | ChangeKinds.Deleted | ChangeKinds.RenamedFrom | ChangeKinds.RenamedTo)) != 0)
            filter |= FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME;
        if ((_kinds & ChangeKinds.Modified) != 0) filter |= FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE;
        if ((_kinds & ChangeKinds.Attributes) != 0) filter |= FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SECURITY;
        // Windows has no word for closing; a size is what a writer leaves.
        if (filter == 0) filter = FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE;
        uint returned;
        if (ReadDirectoryChangesW(_directory, _buffer, BufferSize, _subtree ? 1 : 0, filter, &returned, _overlapped) == 0)
        {
            NativeError error = NativeError.Last();
            if (error.Code != Win32Errors.ERROR_IO_PENDING) return error;
        }
        _isPending = true;
        _ = SynchApi.SetEvent(_event);
        return default;
    }

    internal bool TryRead(out WatchedChange change, out NativeError error)
    {
        error = default;
        change = default;
        while (true)
        {
            if (_current is null)
            {
                if (_isGone) return false;
                if (!_isPending)
                {
                    error = Start();
                    if (error.IsError) return Ended(ref error, out change);
                }
                if ((int)Volatile.Read(ref _overlapped->Internal) == Pending) return false;
                uint transferred;
                error = Kernel32.GetOverlappedResult(_directory, _overlapped, &transferred, 0) != 0 ? default : NativeError.Last();
                _isPending = false;
                if (error.IsError && error.Code != Win32Errors.ERROR_NOTIFY_ENUM_DIR) return Ended(ref error, out change);
                error = default;
                if (transferred == 0)
                {
                    // More changes than the buffer held: they are lost.
                    change = new WatchedChange(Number, ChangeKinds.Overflow, default, 0, false);
                    return true;
                }
                _current = (FileNotifyInformation*)_buffer;
            }
            FileNotifyInformation* told = _current;
            _current = told->NextEntryOffset == 0 ? null : (FileNotifyInformation*)((byte*)told + told->NextEntryOffset);
            ChangeKinds kinds = KindsOf(told->Action);
            if ((kinds & _kinds) == 0) continue;
            if (told->Action == FILE_ACTION_RENAMED_OLD_NAME) _cookie++;
            ReadOnlySpan<char> text = new((byte*)told + FileNotifyInformation.NameOffset, (int)told->FileNameLength / sizeof(char));
            Span<byte> name = new(_buffer + BufferSize, NameCapacity);
            name = name[..PathText.Encode(text, name)];
            name.Replace((byte)'\\', (byte)'/');
            uint cookie = (kinds & (ChangeKinds.RenamedFrom | ChangeKinds.RenamedTo)) != 0 ? _cookie : 0;
            change = new WatchedChange(Number, kinds & _kinds, name, cookie, false);
            return true;
        }
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_isPending)
        {
            // The kernel writes into the buffer until the call has ended.
            uint transferred;
            _ = Kernel32.CancelIoEx(_directory, _overlapped);
            _ = Kernel32.GetOverlappedResult(_directory, _overlapped, &transferred, 1);
        }
        _ = Kernel32.CloseHandle(_directory);
        NativeMemory.Free(_overlapped);
        NativeMemory.AlignedFree(_buffer);
    }

    /// <summary>A directory that was deleted answers access-denied or delete-pending from then on.</summary>
    private bool Ended(scoped ref NativeError error, out WatchedChange change)
    {
        _isGone = true;
        if (error.Kind is not (ErrorKind.PermissionDenied or ErrorKind.NotFound) && error.Code != Win32Errors.ERROR_DELETE_PENDING)
        {
            change = default;
            return false;
        }
        error = default;
        change = new WatchedChange(Number, ChangeKinds.Gone, default, 0, false);
        return true;
    }

    private ChangeKinds KindsOf(uint action) => action switch
    {
        FILE_ACTION_ADDED => ChangeKinds.Created,
        FILE_ACTION_REMOVED => ChangeKinds.Deleted,
        FILE_ACTION_RENAMED_OLD_NAME => ChangeKinds.RenamedFrom,
        FILE_ACTION_RENAMED_NEW_NAME => ChangeKinds.RenamedTo,
        // Contents and attributes have one word; which it was is not said.
        FILE_ACTION_MODIFIED => (_kinds & ChangeKinds.Modified) != 0 ? ChangeKinds.Modified : ChangeKinds.Attributes,
        _ => ChangeKinds.None,
    };
}
