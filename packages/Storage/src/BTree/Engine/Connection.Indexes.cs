namespace Gabbro.Storage.BTree.Engine;

/// <summary>The indexes this process can keep in step.</summary>
internal sealed partial class Connection
{
    private volatile Dictionary<string, IndexExtractor> _extractors = [];

    public IndexExtractor? ExtractorOf(byte[] indexTree) => _extractors.GetValueOrDefault(Convert.ToHexString(indexTree));

    public void DefineExtractor(byte[] indexTree, IndexExtractor extractor)
    {
        lock (_files)
            _extractors = new Dictionary<string, IndexExtractor>(_extractors) { [Convert.ToHexString(indexTree)] = extractor };
    }
}
