using System.Runtime.InteropServices;

namespace Gabbro.Platform.Processes;

/// <summary>One system call for the child to make: 80 bytes, as <see cref="SpawnStub"/> expects.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SpawnInstruction
{
    /// <summary>The number of the call; below zero ends the child.</summary>
    internal long Number;
    internal long Argument0;
    internal long Argument1;
    internal long Argument2;
    internal long Argument3;
    internal long Argument4;
    internal long Argument5;

    /// <summary>Written by the child: what the call returned.</summary>
    internal long Result;

    /// <summary>Where the child copies the result: an argument of a later instruction; or null.</summary>
    internal long* CopyTo;

    /// <summary>1: go on when the call fails.</summary>
    internal long Tolerant;
}
