using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Changes that keep the indexes of a tree in step.</summary>
/// <remarks>Entries are logged as records of their trees, so that replay and followers need no extractors.</remarks>
internal sealed unsafe partial class WriteSession
{
    public bool TryGet(int tree, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        ThrowIfFailed();
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
        var had = TryGet(tree, key, out var old);
        // First everything that can fail because of the arguments, for all indexes; then the changes.
        foreach (var binding in bindings)
        {
            Compute(binding, key, old, had, binding.Old);
            Compute(binding, key, value, isThere: true, binding.New);
            RequireFit(binding.New, key);
        }

        foreach (var binding in bindings)
            Update(binding.Tree, key, binding.Old, binding.New);
        return Put(tree, key, value);
    }

    public bool DeleteIndexed(int tree, ReadOnlySpan<byte> key)
    {
        ThrowIfFailed();
        var bindings = BindingsOf(tree);
        if (bindings.Length == 0)
            return Delete(tree, key);
        if (!TryGet(tree, key, out var old))
            return false;
        foreach (var binding in bindings)
        {
            Compute(binding, key, old, isThere: true, binding.Old);
            binding.New.Clear();
        }

        foreach (var binding in bindings)
            Update(binding.Tree, key, binding.Old, binding.New);
        return Delete(tree, key);
    }

    public long DeleteRangeIndexed(int tree, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        ThrowIfFailed();
        if (BindingsOf(tree).Length == 0)
            return DeleteRange(tree, from, to);
        long count = 0;
        if (Overlaps(from) || Overlaps(to))
            return DeleteRangeIndexed(tree, from.ToArray(), to.ToArray());
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
        var binding = new IndexBinding(index, extractor);
        var cursor = new TreeCursor(_file.Pages, _trees[tree].Root);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            Compute(binding, cursor.Key, cursor.Value, isThere: true, binding.New);
            RequireFit(binding.New, cursor.Key);
            Update(index, cursor.Key, binding.Old, binding.New);
        }

        return true;
    }

    private static void Compute(IndexBinding binding, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isThere, IndexKeys keys)
    {
        keys.Clear();
        if (isThere)
            binding.Extract(key, value, keys);
    }

    private void RequireFit(IndexKeys keys, ReadOnlySpan<byte> key)
    {
        var limit = _file.Pages.Geometry.MaximumKey;
        for (var i = 0; i < keys.Count; i++)
        {
            var length = IndexEntry.Length(keys[i], key);
            if (length > limit)
                throw new ArgumentException($"An index key and the key of its record have at most {limit} bytes together, not {length}.");
        }
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
        Span<byte> entry = stackalloc byte[1024];
        var length = IndexEntry.Length(indexKey, key);
        if (length > entry.Length)
            entry = new byte[length];
        IndexEntry.Encode(indexKey, key, entry);
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
            if (!_trees[i].IsDropped && _trees[i].Name.Length > prefix.Length && _trees[i].Name.AsSpan().StartsWith(prefix))
                names.Add(_trees[i].Name);
        }

        var cursor = new TreeCursor(_file.Pages, _catalog);
        fixed (byte* p = prefix)
        {
            for (var valid = cursor.Seek(p, prefix.Length, out _); valid && cursor.Key.StartsWith(prefix); valid = cursor.Next())
            {
                var name = cursor.Key.ToArray();
                // The bare prefix names no index: under it a follower keeps its position.
                if (name.Length > prefix.Length && !names.Exists(n => n.AsSpan().SequenceEqual(name)))
                    names.Add(name);
            }
        }

        return names;
    }
}
