namespace Gabbro.Platform.Native.Windows;

/// <summary>
/// One event for each thread, for waiting on an overlapped operation. A file handle cannot serve: it is signalled by any
/// operation on it. The low bit keeps a completion port from also getting a packet (GetQueuedCompletionStatus).
/// </summary>
internal sealed unsafe class ThreadEvent
{
    [ThreadStatic]
    private static ThreadEvent? t_current;

    private readonly nint _handle;

    private ThreadEvent()
    {
        _handle = Kernel32.CreateEventW(null, 1, 0, null);
        if (_handle == 0)
            NativeError.Last().Throw("create event");
    }

    ~ThreadEvent() => _ = Kernel32.CloseHandle(_handle);

    internal static nint Current => (t_current ??= new ThreadEvent())._handle | 1;
}
