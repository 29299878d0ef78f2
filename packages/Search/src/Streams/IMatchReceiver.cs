namespace Gabbro.Search.Streams;

/// <summary>Takes matches as a <see cref="StreamSearcher"/> finds them. A struct makes the call free of indirection.</summary>
public interface IMatchReceiver
{
    /// <summary>Takes one match. Matches come in the order of the search's kind.</summary>
    /// <param name="match">The match.</param>
    void OnMatch(StreamMatch match);
}
