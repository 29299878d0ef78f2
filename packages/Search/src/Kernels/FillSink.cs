namespace Gabbro.Search.Kernels;

/// <summary>Writes the places of matches, in units, and stops when the room is used up.</summary>
internal unsafe struct FillSink(int* destination, int capacity, int shift) : ISink
{
    internal int Written;

    public static bool CountsOnly => false;

    public bool Take(nint position)
    {
        destination[Written++] = (int)(position >> shift);
        return Written == capacity;
    }

    public readonly void TakeMany(nint count) { }
}
