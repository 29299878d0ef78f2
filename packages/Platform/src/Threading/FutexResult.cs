namespace Gabbro.Platform.Threading;

/// <summary>Why a wait on an address returned.</summary>
public enum FutexResult : byte
{
    /// <summary>
    /// Woken, by a waker or by the system for no reason a caller can see (a signal): check the condition and wait again.
    /// </summary>
    Woken = 0,

    /// <summary>The value was not the expected one when the wait began.</summary>
    ValueChanged = 1,

    /// <summary>The time allowed is over.</summary>
    TimedOut = 2,
}
