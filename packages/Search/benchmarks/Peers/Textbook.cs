namespace Gabbro.Search.Benchmarks.Peers;

/// <summary>What textbooks teach: naive search and Boyer-Moore-Horspool.</summary>
internal static unsafe class Textbook
{
    internal static nint Naive(byte* haystack, nint length, byte* needle, nint m)
    {
        for (nint i = 0; i + m <= length; i++)
        {
            nint k = 0;
            while (k < m && haystack[i + k] == needle[k]) k++;
            if (k == m) return i;
        }
        return -1;
    }

    internal static nint Horspool(byte* haystack, nint length, byte* needle, nint m)
    {
        nint* skip = stackalloc nint[256];
        for (int i = 0; i < 256; i++) skip[i] = m;
        for (nint i = 0; i < m - 1; i++) skip[needle[i]] = m - 1 - i;
        for (nint i = 0; i + m <= length; i += skip[haystack[i + m - 1]])
        {
            nint k = m - 1;
            while (k >= 0 && haystack[i + k] == needle[k]) k--;
            if (k < 0) return i;
        }
        return -1;
    }
}
