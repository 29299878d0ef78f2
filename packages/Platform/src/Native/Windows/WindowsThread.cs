using Gabbro.Platform.Threading;

namespace Gabbro.Platform.Native.Windows;

/// <summary>The calling thread on Windows.</summary>
internal static unsafe class WindowsThread
{
    internal static nint Current => ThreadApi.GetCurrentThread();

    internal static NativeError SetAffinity(CpuSet processors)
    {
        GroupAffinity affinity = default;
        for (int group = 0; group < processors.Words.Length; group++)
        {
            if (processors.Words[group] == 0)
                continue;
            if (affinity.Mask != 0)
                return NativeError.FromWin32(Win32Errors.ERROR_NOT_SUPPORTED);
            affinity.Group = (ushort)group;
            affinity.Mask = (nuint)processors.Words[group];
        }
        // The system refuses processors that do not exist; leave those out, as Linux does.
        if (affinity.Group == 0 && Environment.ProcessorCount < 64)
            affinity.Mask &= ((nuint)1 << Environment.ProcessorCount) - 1;
        if (affinity.Mask == 0)
            return NativeError.FromWin32(Win32Errors.ERROR_INVALID_PARAMETER);
        return ThreadApi.SetThreadGroupAffinity(Current, &affinity, null) != 0 ? default : NativeError.Last();
    }

    internal static NativeError GetAffinity(CpuSet processors)
    {
        GroupAffinity affinity;
        if (ThreadApi.GetThreadGroupAffinity(Current, &affinity) == 0)
            return NativeError.Last();
        processors.Words[affinity.Group] = affinity.Mask;
        return default;
    }

    internal static NativeError SetName(string name)
    {
        fixed (char* text = name)
        {
            int result = ThreadApi.SetThreadDescription(Current, (ushort*)text);
            return result >= 0 ? default : NativeError.FromWin32(result & 0xFFFF);
        }
    }

    internal static NativeError GetName(out string name)
    {
        ushort* text = null;
        int result = ThreadApi.GetThreadDescription(Current, &text);
        name = result >= 0 && text is not null ? new string((char*)text) : "";
        _ = ThreadApi.LocalFree(text);
        return result >= 0 ? default : NativeError.FromWin32(result & 0xFFFF);
    }

    internal static NativeError SetPriority(ThreadUrgency urgency)
    {
        int priority = urgency switch
        {
            ThreadUrgency.Idle => ThreadApi.THREAD_PRIORITY_IDLE,
            ThreadUrgency.RealTime => ThreadApi.THREAD_PRIORITY_TIME_CRITICAL,
            _ => (int)urgency - (int)ThreadUrgency.Normal,
        };
        return ThreadApi.SetThreadPriority(Current, priority) != 0 ? default : NativeError.Last();
    }
}
