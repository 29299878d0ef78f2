using System.Buffers;
using System.Runtime.CompilerServices;
using Gabbro.Search.Patterns;

namespace Gabbro.Search.Streams;

/// <summary>Searches of whole streams and sequences.</summary>
public static class StreamSearch
{
    private const int DefaultBufferSize = 64 << 10;

    /// <summary>Finds all matches of a needle in a stream, from where it stands to its end.</summary>
    /// <param name="stream">The stream; read, neither sought nor closed.</param>
    /// <param name="finder">The needle; not empty.</param>
    /// <param name="overlapping">Whether matches may overlap.</param>
    /// <param name="bufferSize">How much is read at a time, in bytes.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The matches, in order; offsets count from where the stream stood.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The needle is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bufferSize"/> is not positive.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IAsyncEnumerable<StreamMatch> FindAllAsync(
        Stream stream, Finder finder, bool overlapping = false, int bufferSize = DefaultBufferSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        return Read(stream, new StreamSearcher(finder, overlapping), bufferSize, cancellationToken);
    }

    /// <summary>Finds all matches of patterns in a stream, from where it stands to its end.</summary>
    /// <param name="stream">The stream; read, neither sought nor closed.</param>
    /// <param name="finder">The patterns; none empty.</param>
    /// <param name="bufferSize">How much is read at a time, in bytes.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The matches, in the order of the finder's kind.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A pattern is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bufferSize"/> is not positive.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IAsyncEnumerable<StreamMatch> FindAllAsync(
        Stream stream, MultiFinder finder, int bufferSize = DefaultBufferSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        return Read(stream, new StreamSearcher(finder), bufferSize, cancellationToken);
    }

    /// <summary>Finds all matches of a needle in a text of several segments.</summary>
    /// <param name="haystack">Where to look. Matches across segments are found.</param>
    /// <param name="finder">The needle; not empty.</param>
    /// <param name="matches">Receives the matches, in order.</param>
    /// <param name="overlapping">Whether matches may overlap.</param>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The needle is empty.</exception>
    public static void FindAll(in ReadOnlySequence<byte> haystack, Finder finder, ICollection<StreamMatch> matches, bool overlapping = false) =>
        FindAll(in haystack, new StreamSearcher(finder, overlapping), matches);

    /// <summary>Finds all matches of patterns in a text of several segments.</summary>
    /// <param name="haystack">Where to look. Matches across segments are found.</param>
    /// <param name="finder">The patterns; none empty.</param>
    /// <param name="matches">Receives the matches, in the order of the finder's kind.</param>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A pattern is empty.</exception>
    public static void FindAll(in ReadOnlySequence<byte> haystack, MultiFinder finder, ICollection<StreamMatch> matches) =>
        FindAll(in haystack, new StreamSearcher(finder), matches);

    private static void FindAll(in ReadOnlySequence<byte> haystack, StreamSearcher searcher, ICollection<StreamMatch> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        foreach (ReadOnlyMemory<byte> segment in haystack) searcher.Feed(segment.Span, matches);
        searcher.Complete(matches);
    }

    private static async IAsyncEnumerable<StreamMatch> Read(
        Stream stream, StreamSearcher searcher, int bufferSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        List<StreamMatch> matches = [];
        try
        {
            while (true)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(0, bufferSize), cancellationToken).ConfigureAwait(false);
                if (read == 0) searcher.Complete(matches);
                else searcher.Feed(buffer.AsSpan(0, read), matches);
                foreach (StreamMatch match in matches) yield return match;
                matches.Clear();
                if (read == 0) yield break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
