using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Changes by ReadDirectoryChangesW: one pending call for each watch, all of which set one event when they end.</summary>
/// <remarks>
/// Starting a call resets its event (the kernel does so for every call that pends), and another watch may have set it just before.
/// So whoever starts one sets the event afterwards: a wake without a cause costs a look, a lost one would cost the change.
/// </remarks>
internal sealed class WindowsChanges : ChangeSource
{
    private readonly nint _event;
    private readonly List<WindowsWatch> _watches = [];
    private int _next;
    private int _lastWatch;

    private WindowsChanges(nint signal) => _event = signal;

    internal override nint Handle => _event;

    internal static unsafe NativeError Create(out ChangeSource? source)
    {
        nint signal = Kernel32.CreateEventW(null, 1, 0, null);
        source = null;
        if (signal == 0) return NativeError.Last();
        source = new WindowsChanges(signal);
        return default;
    }

    internal override NativeError Add(ReadOnlySpan<byte> path, ChangeKinds kinds, bool subtree, out int watch)
    {
        watch = -1;
        FileOpenOptions options = new() { Flags = FileOpenFlags.Directory | FileOpenFlags.Overlapped };
        NativeError error = WindowsFiles.Open(0, path, options, out nint directory);
        if (error.IsError) return error;
        WindowsWatch added = new(_lastWatch + 1, directory, kinds, subtree, _event);
        error = added.Start();
        if (error.IsError)
        {
            added.Dispose();
            return error;
        }
        watch = ++_lastWatch;
        _watches.Add(added);
        return default;
    }

    internal override NativeError Remove(int watch)
    {
        int index = _watches.FindIndex(item => item.Number == watch);
        if (index < 0) return NativeError.Of(ErrorKind.NotFound);
        _watches[index].Dispose();
        _watches.RemoveAt(index);
        _next = 0;
        return default;
    }

    internal override bool TryRead(out WatchedChange change, out NativeError error)
    {
        if (TryReadAny(out change, out error)) return true;
        if (error.IsError) return false;
        // Reset, then look again: a call that ended in between has set the event before it was reset.
        if (SynchApi.ResetEvent(_event) == 0)
        {
            error = NativeError.Last();
            return false;
        }
        if (!TryReadAny(out change, out error)) return false;
        // More may be there, and the event must say so to whoever stops reading here.
        _ = SynchApi.SetEvent(_event);
        return true;
    }

    internal override NativeError Wait(TimeSpan timeout, out bool isReady)
    {
        uint milliseconds = timeout < TimeSpan.Zero ? uint.MaxValue : (uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        uint result = Kernel32.WaitForSingleObject(_event, milliseconds);
        isReady = result == 0;
        return result == uint.MaxValue ? NativeError.Last() : default;
    }

    public override void Dispose()
    {
        foreach (WindowsWatch watch in _watches) watch.Dispose();
        _watches.Clear();
    }

    private bool TryReadAny(out WatchedChange change, out NativeError error)
    {
        change = default;
        error = default;
        for (int i = 0; i < _watches.Count; i++)
        {
            if (_next >= _watches.Count) _next = 0;
            if (_watches[_next].TryRead(out change, out error)) return true;
            if (error.IsError) return false;
            _next++;
        }
        return false;
    }
}
