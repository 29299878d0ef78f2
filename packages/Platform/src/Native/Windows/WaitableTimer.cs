namespace Gabbro.Platform.Native.Windows;

/// <summary>A timer of high resolution (Windows 10, 1803), or an ordinary one before that. Closed with its thread's statics.</summary>
internal sealed unsafe class WaitableTimer
{
    internal WaitableTimer()
    {
        Handle = TimeApi.CreateWaitableTimerExW(
            null, null, TimeApi.CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TimeApi.TIMER_ALL_ACCESS);
        if (Handle == 0)
            Handle = TimeApi.CreateWaitableTimerExW(null, null, 0, TimeApi.TIMER_ALL_ACCESS);
    }

    ~WaitableTimer()
    {
        if (Handle != 0)
            _ = Kernel32.CloseHandle(Handle);
    }

    /// <summary>The timer, 0 when the system has none left.</summary>
    internal nint Handle { get; }
}
