using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Changes that keep the indexes of a tree in step.</summary>
/// <remarks>Entries are logged as records of their trees, so that replay and followers need no extractors.</remarks>
internal sealed unsafe partial class WriteSession
{
    private readonly IndexKeys _oldKeys = new();
    private readonly IndexKeys _newKeys = new();

    public bool TryGet(int tree, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        fixed (byte* k = &MemoryMarshal.GetReference(key))
        {
            if (TreeReader.TryFind(_file.Pages, _trees[tree].Root, k, key.Length, out var found, out var length))
            {
                value = new ReadOnlySpan<byte>(found, length);
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool PutIndexed(int tree, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ThrowIfFailed();
        var bindings = BindingsOf(tree);
        if (bindings.Length == 0)
            return Put(tree, key, value);
        foreach (var binding in bindings)
        {
            _oldKeys.Clear();
            _newKeys.Clear();
            if (TryGet(tree, key, out var old))
                binding.Extract(key, old, _oldKeys);
            binding.Extract(key, value, _newKeys);
            Update(binding.Tree, key, _oldKeys, _newKeys);
        }

        return Put(tree, key, value);
    }

    public bool DeleteIndexed(int tree, ReadOnlySpan<byte> key)
    {
        ThrowIfFailed();
        foreach (var binding in BindingsOf(tree))
        {
            _oldKeys.Clear();
            _newKeys.Clear();
            if (!TryGet(tree, key, out var old))
                return false;
            binding.Extract(key, old, _oldKeys);
            Update(binding.Tree, key, _oldKeys, _newKeys);
        }

        return Delete(tree, key);
    }

    public long DeleteRangeIndexed(int tree, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        ThrowIfFailed();
        if (BindingsOf(tree).Length == 0)
            return DeleteRange(tree, from, to);
        long count = 0;
        var cursor = new BTreeCursor(this, tree);
        for (var valid = cursor.Seek(from); valid && (to.IsEmpty || cursor.Key.SequenceCompareTo(to) < 0); valid = cursor.Next())
        {
            cursor.Delete();
            count++;
        }

        return count;
    }

    public void DropTreeIndexed(int tree)
    {
        ThrowIfFailed();
        foreach (var name in IndexNamesOf(tree))
            DropTree(FindTree(name));
        DropTree(tree);
    }

    /// <summary>Makes an index and fills it from the records that are there; false if there is one of that name.</summary>
    public bool CreateIndex(int tree, byte[] name, IndexExtractor extractor)
    {
        if (FindTree(name) >= 0)
            return false;
        var index = CreateTree(name);
        _trees[tree].Bindings = null;
        var cursor = new TreeCursor(_file.Pages, _trees[tree].Root);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            _newKeys.Clear();
            _oldKeys.Clear();
            extractor(cursor.Key, cursor.Value, _newKeys);
            Update(index, cursor.Key, _oldKeys, _newKeys);
        }

        return true;
    }

    private void Update(int index, ReadOnlySpan<byte> key, IndexKeys old, IndexKeys current)
    {
        for (var i = 0; i < old.Count; i++)
        {
            if (!current.Contains(old[i]))
                ChangeEntry(index, old[i], key, isAdded: false);
        }

        for (var i = 0; i < current.Count; i++)
        {
            if (!old.Contains(current[i]))
                ChangeEntry(index, current[i], key, isAdded: true);
        }
    }

    private void ChangeEntry(int index, ReadOnlySpan<byte> indexKey, ReadOnlySpan<byte> key, bool isAdded)
    {
        var limit = _file.Pages.Geometry.MaximumKey;
        var size = (indexKey.Length * 2) + IndexEntry.TerminatorLength + key.Length;
        var entry = size <= 1024 ? stackalloc byte[1024] : new byte[size];
        var length = IndexEntry.Encode(indexKey, key, entry);
        if (length > limit)
        {
            throw new ArgumentException(
                $"An index key and the key of its record have at most {limit} bytes together, not {length}.");
        }

        if (isAdded)
            Put(index, entry[..length], default);
        else
            Delete(index, entry[..length]);
    }

    private IndexBinding[] BindingsOf(int tree)
    {
        var bindings = _trees[tree].Bindings;
        return bindings ?? ResolveBindings(tree);
    }

    private IndexBinding[] ResolveBindings(int tree)
    {
        // A name of the catalog that begins with zero is an index; without any named tree there is none.
        if (_catalog.Page == 0 && _treeCount == 1)
            return _trees[tree].Bindings = [];
        var bindings = new List<IndexBinding>();
        foreach (var name in IndexNamesOf(tree))
        {
            var extractor = _connection.ExtractorOf(name) ?? throw new StorageException(
                StorageErrorKind.NotSupported,
                $"write {_connection.Path}: tree '{Encoding.UTF8.GetString(_trees[tree].Name)}' has an index that this process has not defined",
                _connection.Path);
            bindings.Add(new IndexBinding(FindTree(name), extractor));
        }

        return _trees[tree].Bindings = bindings.Count == 0 ? [] : bindings.ToArray();
    }

    private List<byte[]> IndexNamesOf(int tree)
    {
        var prefix = IndexEntry.TreeNamePrefix(_trees[tree].Name);
        var names = new List<byte[]>();
        for (var i = 1; i < _treeCount; i++)
        {
            if (!_trees[i].IsDropped && _trees[i].Name.AsSpan().StartsWith(prefix))
                names.Add(_trees[i].Name);
        }

        var cursor = new TreeCursor(_file.Pages, _catalog);
        fixed (byte* p = prefix)
        {
            for (var valid = cursor.Seek(p, prefix.Length, out _); valid && cursor.Key.StartsWith(prefix); valid = cursor.Next())
            {
                var name = cursor.Key.ToArray();
                if (!names.Exists(n => n.AsSpan().SequenceEqual(name)))
                    names.Add(name);
            }
        }

        return names;
    }
}
