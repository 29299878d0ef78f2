namespace Gabbro.Alloc.Preload;

/// <summary>struct sigaction of x86-64 Linux with glibc.</summary>
internal unsafe struct SignalAction
{
    internal void* Handler;
    internal fixed ulong Mask[16];
    internal int Flags;
    internal void* Restorer;
}
