using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Processes;

/// <summary>What <see cref="SpawnStub"/> works on; its offsets are written into the machine code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SpawnBlock
{
    internal CloneArguments* Arguments;
    internal nuint ArgumentsSize;
    internal SpawnInstruction* First;

    /// <summary>Written by the child: the instruction that failed.</summary>
    internal SpawnInstruction* Failed;

    /// <summary>Room for the parent's signal mask while the child starts.</summary>
    internal ulong SavedMask;

    /// <summary>All ones: block everything.</summary>
    internal ulong FullMask;
}
