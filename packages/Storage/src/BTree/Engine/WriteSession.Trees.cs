using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Log;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Named trees and savepoints of the running transaction.</summary>
internal sealed unsafe partial class WriteSession
{
    /// <summary>The place of a named tree among the open ones, or -1.</summary>
    public int FindTree(ReadOnlySpan<byte> name)
    {
        for (var i = 1; i < _treeCount; i++)
        {
            if (!_trees[i].IsDropped && name.SequenceEqual(_trees[i].Name))
                return i;
        }

        if (!TryReadCatalog(name, out var entry))
            return -1;
        return AddTree(new OpenTree { Name = name.ToArray(), Number = entry.Number, Root = entry.Root });
    }

    public int CreateTree(ReadOnlySpan<byte> name)
    {
        ThrowIfFailed();
        return CreateTree(name, _nextTree);
    }

    public void DropTree(int index)
    {
        ThrowIfFailed();
        Changes++;
        ref var open = ref _trees[index];
        try
        {
            _writer!.Clear(ref open.Root);
            fixed (byte* n = open.Name)
                _writer.Delete(ref _catalog, n, open.Name.Length);
            open.IsDropped = true;
            if (!_isBulk)
                _log.Add(LogOperation.DropTree, open.Number);
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    public int BeginSavepoint()
    {
        ThrowIfFailed();
        _savepoints.Add(new SavepointState(
            ++_savepointIdentity, _trees[.._treeCount], _catalog, _nextTree, _allocator.Mark, _log.Length, _isBulk));
        _allocator.Savepoints = _savepoints.Count;
        _allocator.NextSequence();
        return _savepointIdentity;
    }

    /// <summary>Undoes everything since a savepoint, which stays; false if it is gone.</summary>
    public bool RollBackToSavepoint(int identity)
    {
        var index = _savepoints.FindIndex(s => s.Identity == identity);
        if (index < 0)
            return false;
        var savepoint = _savepoints[index];
        _savepoints.RemoveRange(index + 1, _savepoints.Count - index - 1);
        _allocator.Savepoints = _savepoints.Count;
        _allocator.RollBackTo(savepoint.Pages);
        _trees = [.. savepoint.Trees, .. new OpenTree[4]];
        _treeCount = savepoint.Trees.Length;
        _catalog = savepoint.Catalog;
        _nextTree = savepoint.NextTree;
        // A transaction that outgrew the log in between has no record to cut back to and stays without one.
        if (_isBulk == savepoint.IsBulk && !_isBulk)
            _log.CutBack(savepoint.LogLength);
        Failure = null;
        Changes++;
        return true;
    }

    /// <summary>Keeps what was done since a savepoint and forgets it and those after it; false if it is gone.</summary>
    public bool ReleaseSavepoint(int identity)
    {
        var index = _savepoints.FindIndex(s => s.Identity == identity);
        if (index < 0)
            return false;
        _savepoints.RemoveRange(index, _savepoints.Count - index);
        _allocator.Savepoints = _savepoints.Count;
        return true;
    }

    /// <summary>Makes a tree with a number of the caller's choice; the highest never comes into conflict with others.</summary>
    public int CreateTree(ReadOnlySpan<byte> name, uint number)
    {
        Changes++;
        if (number != uint.MaxValue)
            _nextTree = Math.Max(_nextTree, number + 1);
        if (!_isBulk)
            _log.Add(LogOperation.CreateTree, number, name);
        return AddTree(new OpenTree { Name = name.ToArray(), Number = number, IsChanged = true });
    }

    private int AddTree(in OpenTree tree)
    {
        if (_treeCount == _trees.Length)
            Array.Resize(ref _trees, _treeCount * 2);
        _trees[_treeCount] = tree;
        return _treeCount++;
    }

    private bool TryReadCatalog(ReadOnlySpan<byte> name, out CatalogEntry entry)
    {
        fixed (byte* n = &MemoryMarshal.GetReference(name))
        {
            if (TreeReader.TryFind(_file.Pages, _catalog, n, name.Length, out var value, out var length)
                && length == CatalogEntry.Size)
            {
                entry = *(CatalogEntry*)value;
                return true;
            }
        }

        entry = default;
        return false;
    }

    // Replay knows trees by number only; their names are in the catalog or were created by the same log.
    private int IndexOfNumber(uint number)
    {
        if (number == 0)
            return 0;
        for (var i = 1; i < _treeCount; i++)
        {
            if (_trees[i].Number == number && !_trees[i].IsDropped)
                return i;
        }

        var cursor = new TreeCursor(_file.Pages, _catalog);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            var entry = MemoryMarshal.Read<CatalogEntry>(cursor.Value);
            if (entry.Number == number)
                return AddTree(new OpenTree { Name = cursor.Key.ToArray(), Number = number, Root = entry.Root });
        }

        throw new CorruptionException(_connection.LogPath, -1, $"a log record names tree {number}, which does not exist");
    }

    private void SaveTrees()
    {
        for (var i = 1; i < _treeCount; i++)
        {
            ref var open = ref _trees[i];
            if (!open.IsChanged || open.IsDropped)
                continue;
            var entry = new CatalogEntry { Root = open.Root, Number = open.Number };
            fixed (byte* n = open.Name)
                _writer!.Put(ref _catalog, n, open.Name.Length, MemoryMarshal.AsBytes(new ReadOnlySpan<CatalogEntry>(in entry)));
        }
    }
}
