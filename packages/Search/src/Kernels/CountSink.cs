namespace Gabbro.Search.Kernels;

/// <summary>Counts.</summary>
internal struct CountSink : ISink
{
    internal nint Count;

    public static bool CountsOnly => true;

    public bool Take(nint position)
    {
        Count++;
        return false;
    }

    public void TakeMany(nint count) => Count += count;
}
