namespace Gabbro.Platform.Time;

/// <summary>The clocks of a system.</summary>
public enum ClockKind : byte
{
    /// <summary>Runs evenly and is never set; its origin means nothing. Stands still while the machine sleeps, on Linux and macOS.</summary>
    Monotonic = 0,

    /// <summary>The time of day since 1970 in UTC; jumps when it is set.</summary>
    Realtime = 1,

    /// <summary>As <see cref="Monotonic"/>, but runs on while the machine sleeps.</summary>
    Boot = 2,

    /// <summary>Processor time of the process, of all its threads together.</summary>
    ProcessCpu = 3,

    /// <summary>Processor time of the calling thread.</summary>
    ThreadCpu = 4,
}
