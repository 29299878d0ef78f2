using System.IO.Hashing;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>XXH3-64 over a page without its first word, seeded so that a page of another file or place never passes.</summary>
internal static unsafe class PageChecksum
{
    public static ulong Compute(byte* page, long length, ulong salt, ulong number)
    {
        var seed = unchecked((long)(salt ^ (number * 0x9E37_79B9_7F4A_7C15UL)));
        if (length <= int.MaxValue)
            return XxHash3.HashToUInt64(new ReadOnlySpan<byte>(page + sizeof(ulong), (int)length - sizeof(ulong)), seed);

        var state = new XxHash3(seed);
        for (long at = sizeof(ulong); at < length;)
        {
            var part = (int)Math.Min(length - at, 1 << 30);
            state.Append(new ReadOnlySpan<byte>(page + at, part));
            at += part;
        }

        return state.GetCurrentHashAsUInt64();
    }
}
