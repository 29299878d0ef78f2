using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gabbro.Search.Vectors;

/// <summary>The bytes C0, C1 (bit 0), E0, ED (bit 1) and F0 to FF (bit 2) by their nibbles.</summary>
internal static class RareLeadNibbles
{
    internal static Vector128<byte> Low
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(7, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6, 4, (byte)4);
    }

    internal static Vector128<byte> High
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, (byte)4);
    }
}
