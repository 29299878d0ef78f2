using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Preload;

/// <summary>What is known of one diagnosed block. Records lie apart from the blocks, where overruns cannot reach them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockRecord
{
    internal const int Frames = 8;

    /// <summary>The next record of the same hash bucket.</summary>
    internal BlockRecord* Next;

    /// <summary>The next record in quarantine, or the next spare one.</summary>
    internal BlockRecord* NextQueued;

    internal byte* User;
    internal byte* Raw;
    internal nuint Size;
    internal nuint RawBytes;

    /// <summary>Where the pattern behind the block ends; with a guard, where that begins.</summary>
    internal byte* End;
    internal ulong Sequence;
    internal int AllocThread;
    internal int FreeThread;
    internal uint AllocTime;
    internal uint FreeTime;
    internal int AllocFrames;
    internal int FreeFrames;
    internal int Freed;

    /// <summary>1 when an inaccessible page follows <see cref="End"/>.</summary>
    internal int Guarded;

    internal fixed ulong AllocStack[Frames];
    internal fixed ulong FreeStack[Frames];
}
