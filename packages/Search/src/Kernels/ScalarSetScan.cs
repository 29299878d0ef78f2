namespace Gabbro.Search.Kernels;

/// <summary>Byte sets a byte at a time: the scalar tier, and haystacks shorter than a register.</summary>
internal static unsafe class ScalarSetScan
{
    internal static nint First(byte* haystack, nint length, ref readonly SetTable table)
    {
        for (nint i = 0; i < length; i++)
            if (table.Contains(haystack[i])) return i;
        return -1;
    }

    internal static nint Last(byte* haystack, nint length, ref readonly SetTable table)
    {
        nint i = length - 1;
        while (i >= 0 && !table.Contains(haystack[i])) i--;
        return i;
    }

    internal static nint Count(byte* haystack, nint length, ref readonly SetTable table)
    {
        nint count = 0;
        for (nint i = 0; i < length; i++) count += table.Contains(haystack[i]) ? 1 : 0;
        return count;
    }
}
