using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Windows;
using static Gabbro.Platform.Native.Windows.ProcessThreadsApi;

namespace Gabbro.Platform.Processes;

/// <summary>The standard streams of a child on Windows: what this process keeps, what the child gets, and the inheritable duplicates
/// that exist for the length of CreateProcess.</summary>
internal sealed unsafe class WindowsSpawnStreams : IDisposable
{
    private readonly nint[] _ours = [0, 0, 0];
    private readonly nint[] _theirs = [0, 0, 0];
    private readonly List<nint> _inheritable = [];
    private readonly List<SystemHandle> _held = [];

    internal NativeError Open(SpawnOptions options)
    {
        NativeError error = Open(options.StandardInput, 0);
        if (!error.IsError) error = Open(options.StandardOutput, 1);
        return error.IsError || options.StandardError.Kind == StandardStreamKind.StandardOutput ? error : Open(options.StandardError, 2);
    }

    /// <summary>Makes inheritable duplicates of the three streams, in order, and of all further handles.</summary>
    internal NativeError MakeInheritable(SpawnOptions options, out nint[] handles)
    {
        List<nint> list = [];
        handles = [];
        for (int i = 0; i < 3; i++)
        {
            bool follows = i == 2 && options.StandardError.Kind == StandardStreamKind.StandardOutput;
            nint source = Source(options, follows ? 1 : i);
            nint duplicate = 0;
            // A program without a console has no streams to hand down.
            if (source is not 0 and not -1)
            {
                NativeError error = Duplicate(source, out duplicate);
                if (error.IsError) return error;
            }

            list.Add(duplicate);
        }

        foreach (SystemHandle handle in options.Descriptors.Values)
        {
            // These the child knows by value, so the handle itself is inherited, not a duplicate.
            nint value = Hold(handle);
            if (IoApi.SetHandleInformation(value, 1, 1) == 0) return NativeError.Last();
            list.Add(value);
        }

        handles = [.. list];
        return default;
    }

    internal void CloseInheritable()
    {
        foreach (nint handle in _inheritable) Kernel32.CloseHandle(handle);
        _inheritable.Clear();
    }

    internal FileHandle? Take(int index)
    {
        nint handle = _ours[index];
        _ours[index] = 0;
        return handle == 0 ? null : FileHandle.OfOverlappedPipe(handle);
    }

    public void Dispose()
    {
        CloseInheritable();
        for (int i = 0; i < 3; i++)
        {
            if (_ours[i] != 0) Kernel32.CloseHandle(_ours[i]);
            if (_theirs[i] != 0) Kernel32.CloseHandle(_theirs[i]);
        }

        foreach (SystemHandle handle in _held) handle.DangerousRelease();
        _held.Clear();
    }

    private NativeError Open(StandardStream stream, int index)
    {
        const uint ReadWrite = 0xC0000000, ShareAll = 3, OpenExisting = 3;
        if (stream.Kind == StandardStreamKind.Pipe)
        {
            // Our end is open for overlapped operation, the child's is not: programs expect streams that wait.
            NativeError error = WindowsPipe.Create(weRead: index != 0, bothOverlapped: false, out nint ours, out nint theirs);
            if (error.IsError) return error;
            _ours[index] = ours;
            _theirs[index] = theirs;
        }
        else if (stream.Kind == StandardStreamKind.Null)
        {
            fixed (char* name = "NUL")
            {
                nint handle = CreateFileW(name, ReadWrite, ShareAll, null, OpenExisting, 0, 0);
                if (handle == -1) return NativeError.Last();
                _theirs[index] = handle;
            }
        }

        return default;
    }

    private nint Source(SpawnOptions options, int index)
    {
        StandardStream stream = index == 0 ? options.StandardInput : index == 1 ? options.StandardOutput : options.StandardError;
        if (_theirs[index] != 0) return _theirs[index];
        // STD_INPUT_HANDLE is -10, the others follow downwards.
        return stream.Kind == StandardStreamKind.Handle ? Hold(stream.Target!) : GetStdHandle(unchecked((uint)(-10 - index)));
    }

    private NativeError Duplicate(nint source, out nint duplicate)
    {
        nint process = Kernel32.GetCurrentProcess(), copy = 0;
        int done = Kernel32.DuplicateHandle(process, source, process, &copy, 0, 1, DUPLICATE_SAME_ACCESS);
        duplicate = copy;
        if (done == 0) return NativeError.Last();
        _inheritable.Add(copy);
        return default;
    }

    private nint Hold(SystemHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _held.Add(handle);
        return handle.DangerousGetHandle();
    }
}
