namespace Gabbro.Search.Kernels;

/// <summary>Keeps one match and stops.</summary>
internal struct FirstSink() : ISink
{
    internal nint Position = -1;

    public static bool CountsOnly => false;

    public bool Take(nint position)
    {
        Position = position;
        return true;
    }

    public readonly void TakeMany(nint count) { }
}
