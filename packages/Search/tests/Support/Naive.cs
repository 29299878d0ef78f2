namespace Gabbro.Search.Tests.Support;

/// <summary>The reference: compares everywhere, one element at a time.</summary>
internal static class Naive
{
    internal static List<int> All<T>(ReadOnlySpan<T> haystack, ReadOnlySpan<T> needle, Func<T, T, bool> equal, bool overlapping, bool backward)
    {
        List<int> found = [];
        for (int i = 0; i + needle.Length <= haystack.Length; i++)
        {
            int place = backward ? haystack.Length - needle.Length - i : i;
            bool match = true;
            for (int k = 0; match && k < needle.Length; k++) match = equal(haystack[place + k], needle[k]);
            if (!match) continue;
            found.Add(place);
            if (!overlapping) i += int.Max(needle.Length - 1, 0);
        }
        return found;
    }

    internal static char Lower(char value) => value is >= 'A' and <= 'Z' ? (char)(value | 0x20) : value;
}
