namespace Gabbro.Tools.FastSearch.Walk;

/// <summary>Order of paths as a sorted walk meets them: roots as given, then component by component, so the slash comes before every other byte.</summary>
internal sealed class PathOrder : IComparer<FoundFile>
{
    internal static readonly PathOrder Instance = new();

    public int Compare(FoundFile? x, FoundFile? y)
    {
        if (x!.Root != y!.Root) return x.Root.CompareTo(y.Root);
        ReadOnlySpan<byte> a = x.Path, b = y.Path;
        int common = a.CommonPrefixLength(b);
        if (common == a.Length || common == b.Length) return a.Length.CompareTo(b.Length);
        return (a[common] == '/' ? 0 : a[common] + 1).CompareTo(b[common] == '/' ? 0 : b[common] + 1);
    }
}
