namespace Gabbro.Alloc.Preload;

/// <summary>struct timespec.</summary>
internal struct Timespec
{
    internal long Seconds;
    internal long Nanoseconds;
}
