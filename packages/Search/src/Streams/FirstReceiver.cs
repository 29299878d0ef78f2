namespace Gabbro.Search.Streams;

/// <summary>Keeps the first match.</summary>
internal struct FirstReceiver() : IMatchReceiver
{
    internal long Offset = -1;

    public void OnMatch(StreamMatch match)
    {
        if (Offset < 0) Offset = match.Offset;
    }
}
