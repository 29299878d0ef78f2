namespace Gabbro.Search.Streams;

/// <summary>Adds matches to a list.</summary>
internal readonly struct ListReceiver(ICollection<StreamMatch> matches) : IMatchReceiver
{
    public void OnMatch(StreamMatch match) => matches.Add(match);
}
