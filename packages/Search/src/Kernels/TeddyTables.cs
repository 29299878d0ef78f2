using System.Runtime.Intrinsics;

namespace Gabbro.Search.Kernels;

/// <summary>What a packed scan looks up: for each of four byte offsets a table by low and one by high nibble, whose bytes
/// have a bit for each bucket; twice that for sixteen buckets.</summary>
internal unsafe struct TeddyTables
{
    private fixed byte _tables[256];

    internal TeddyTables(byte* tables, int[] offsets, bool fat, int shortest)
    {
        fixed (byte* own = _tables) new ReadOnlySpan<byte>(tables, 256).CopyTo(new Span<byte>(own, 256));
        Offset0 = offsets[0];
        Offset1 = offsets[1];
        Offset2 = offsets[2];
        Offset3 = offsets[3];
        Fat = fat;
        Shortest = shortest;
    }

    internal nint Offset0 { get; }

    internal nint Offset1 { get; }

    internal nint Offset2 { get; }

    internal nint Offset3 { get; }

    internal bool Fat { get; }

    /// <summary>The length of the shortest pattern: no match begins later than this before the end.</summary>
    internal int Shortest { get; }

    /// <summary>Whether the fourth offset adds nothing because the shortest pattern has three bytes or fewer.</summary>
    internal readonly bool Three => Offset3 == Offset2;

    internal readonly Vector128<byte> Low(int group, int offset)
    {
        fixed (byte* own = _tables) return Vector128.Load(own + (group * 4 + offset) * 32);
    }

    internal readonly Vector128<byte> High(int group, int offset)
    {
        fixed (byte* own = _tables) return Vector128.Load(own + (group * 4 + offset) * 32 + 16);
    }
}
