using System.Text;

namespace Gabbro.Storage.Tests.Lsm.Histories;

/// <summary>What a database should hold: text keys and values in ordinal order. Copied, never changed.</summary>
internal sealed class ModelState
{
    public static readonly ModelState Empty = new(new SortedDictionary<string, string>(StringComparer.Ordinal));

    private readonly SortedDictionary<string, string> _entries;

    private ModelState(SortedDictionary<string, string> entries) => _entries = entries;

    public IReadOnlyDictionary<string, string> Entries => _entries;

    public string? this[string key] => _entries.GetValueOrDefault(key);

    public ModelState With(Action<SortedDictionary<string, string>> change)
    {
        var copy = new SortedDictionary<string, string>(_entries, StringComparer.Ordinal);
        change(copy);
        return new ModelState(copy);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (key, value) in _entries)
            text.Append(key).Append('=').Append(value.Length > 24 ? value[..24] : value).Append(' ');
        return text.ToString();
    }

    public bool Same(ModelState other) =>
        _entries.Count == other._entries.Count && _entries.SequenceEqual(other._entries);
}
