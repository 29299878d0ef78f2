using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gabbro.Storage.Tests.BTree.Golden;

/// <summary>
/// Reads a database file and its log with nothing but what docs/storage/btree-format.md says: no type of the engine is
/// used. Where a byte is not as the document says, it throws.
/// </summary>
internal sealed class FormatReader
{
    private readonly byte[] _file;
    private readonly byte[]? _log;
    private readonly HashSet<ulong> _used = [];
    private readonly ulong _salt;
    private readonly ulong _version;

    public FormatReader(byte[] file, byte[]? log)
    {
        _file = file;
        _log = log;
        var first = ReadMeta(0);
        var second = ReadMeta(4096);
        Require(first != null || second != null, "an intact meta record");
        Meta = second == null || (first != null && first.Sequence >= second.Sequence) ? first! : second;
        PageSize = (int)Meta.PageSize;
        _salt = Meta.Salt;
        _version = Meta.Transaction;
        Read();
    }

    public MetaFields Meta { get; }

    public int PageSize { get; }

    /// <summary>All trees by name, the unnamed one under "", as of the last record of the log.</summary>
    public SortedDictionary<string, SortedDictionary<string, string>> Trees { get; } = new(StringComparer.Ordinal);

    public int LogRecords { get; private set; }

    private Dictionary<uint, string> Numbers { get; } = new() { [0] = "" };

    /// <summary>Bytes as text, one character a byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Read()
    {
        Trees[""] = [];
        ReadTree(Meta.Main, (key, value) => Trees[""].Add(Text(key), Text(value)));
        var roots = new List<(string Name, Root Root)>();
        ReadTree(Meta.Catalog, (key, value) =>
        {
            Require(value.Length == 32 && U32(value, 28) == 0, "32 bytes for a tree, the last four zero");
            var name = Text(key);
            roots.Add((name, ReadRoot(value)));
            Numbers[U32(value, 24)] = name;
            Trees[name] = [];
        });
        foreach (var (name, root) in roots)
            ReadTree(root, (key, value) => Trees[name].Add(Text(key), Text(value)));
        ReadFreeList();
        for (var page = (ulong)Math.Max(1, 8192 / PageSize); page < Meta.Pages; page++)
            Require(_used.Contains(page), $"page {page} in a tree or free");
        if (Meta.IsClean)
            Require(_log == null, "no log beside a file closed cleanly");
        else
            ReplayLog();
    }

    private MetaFields? ReadMeta(int at)
    {
        var b = _file.AsSpan(at, 256);
        if (!b[..8].SequenceEqual("GBBRO-BT"u8) || XxHash3.HashToUInt64(b[..248]) != U64(b, 248))
            return null;
        Require(U32(b, 8) == 1, "format 1");
        Require(U32(b, 44) == 0 && b[176..248].IndexOfAnyExcept((byte)0) < 0, "zeros in the meta record");
        var v = b.Slice(48, 128);
        Require(v[112..].IndexOfAnyExcept((byte)0) < 0, "zeros at the end of the version");
        Require(U64(v, 8) == U64(b, 24), "the generation of the file in its version");
        return new MetaFields(
            U32(b, 12), U64(b, 16), U64(b, 32), (U32(b, 40) & 1) != 0, U64(v, 0), ReadRoot(v[16..]), ReadRoot(v[40..]),
            U64(v, 64), U64(v, 72), U64(v, 80), U64(v, 88), U32(v, 96), U64(v, 104));
    }

    private static Root ReadRoot(ReadOnlySpan<byte> b)
    {
        Require(U32(b, 20) == 0, "zero at the end of a tree root");
        return new Root(U64(b, 0), U64(b, 8), U32(b, 16));
    }

    private void ReadTree(Root root, Visit visit)
    {
        if (root.Page == 0)
        {
            Require(root.Records == 0 && root.Depth == 0, "an empty tree");
            return;
        }

        var count = 0UL;
        ReadNode(root.Page, (int)root.Depth - 1, (key, value) =>
        {
            count++;
            visit(key, value);
        });
        Require(count == root.Records, $"{root.Records} records, found {count}");
    }

    private void ReadNode(ulong number, int level, Visit visit)
    {
        var page = CheckedRun(number, 1);
        int kind = page[28];
        Require(kind == (level == 0 ? 1 : 2) && page[29] == level, $"kind and level {level} of page {number}");
        int slots = U16(page, 30);
        int skip = U16(page, 40);
        Require(U32(page, 32) >= 48 + (8 * slots), "cells behind the slots");
        for (var i = 0; i < slots; i++)
        {
            var slot = page[(48 + (8 * i))..];
            var cell = page[U16(slot, 0)..];
            int keyLength = U16(slot, 2);
            Require(8 + keyLength <= (PageSize - 48) / 4, "a key within a quarter of the page");
            var key = cell.Slice(level == 0 ? 4 : 8, keyLength);
            Require(U32(slot, 4) == Head(key, skip), $"the head of slot {i}");
            if (level > 0)
            {
                Require(i > 0 || keyLength == 0, "an empty first key in a branch");
                ReadNode(U64(cell, 0), level - 1, visit);
                continue;
            }

            var word = U32(cell, 0);
            var length = (int)(word & 0x7FFFFFFF);
            visit(key, (word >> 31) == 0 ? cell.Slice(4 + keyLength, length) : ReadOverflow(U64(cell, 4 + keyLength), length));
        }
    }

    private ReadOnlySpan<byte> ReadOverflow(ulong number, int length)
    {
        var run = CheckedRun(number, RunPages(number));
        Require(run[28] == 3 && U32(run, 44) == (uint)length, "an overflow run of the value's length");
        Require(run[(48 + length)..].IndexOfAnyExcept((byte)0) < 0, "zeros behind the value");
        return run.Slice(48, length);
    }

    private void ReadFreeList()
    {
        ulong free = 0;
        if (Meta.FreeList != 0)
        {
            var run = CheckedRun(Meta.FreeList, Meta.FreeListPages);
            Require(run[28] == 4 && RunPages(Meta.FreeList) == Meta.FreeListPages, "a free list");
            for (var at = 48; at < 48 + (int)U32(run, 44); at += 16)
            {
                for (ulong p = 0; p < U64(run, at + 8); p++, free++)
                    Require(_used.Add(U64(run, at) + p), "a free page that is in no tree");
            }
        }

        Require(free == Meta.FreePages, $"{Meta.FreePages} free pages, found {free}");
    }

    private uint RunPages(ulong number) => U32(_file.AsSpan((int)number * PageSize), 24);

    private ReadOnlySpan<byte> CheckedRun(ulong number, uint pages)
    {
        var run = _file.AsSpan((int)number * PageSize, (int)pages * PageSize);
        var seed = unchecked((long)(_salt ^ (number * 0x9E3779B97F4A7C15)));
        Require(XxHash3.HashToUInt64(run[8..], seed) == U64(run, 0), $"the checksum of page {number}");
        Require(U64(run, 8) == number && U64(run, 16) <= _version, $"number and transaction of page {number}");
        for (ulong p = 0; p < pages; p++)
            Require(_used.Add(number + p), $"page {number + p} used once");
        return run;
    }

    private void ReplayLog()
    {
        Require(_log != null, "a log");
        ReadOnlySpan<byte> log = _log;
        Require(U64(log, 0) == 0x31304C4157424247 && U64(log, 8) == 1 && U64(log, 16) == _salt, "the log's header");
        var capacity = U64(log, 24);
        var start = U64(log, 32);
        Require(U64(log, 40) == XxHash3.HashToUInt64(log[..40]), "the checksum of the log's header");
        Require(U64(log, 512) == ~U64(log, 520) && U64(log, 528) == ~U64(log, 536), "words and complements");
        var position = Meta.LogPosition;
        var chain = Meta.LogChain;
        while (true)
        {
            var rest = capacity - ((position - start) % capacity);
            if (rest < 40)
            {
                position += rest;
                continue;
            }

            var at = 4096 + (int)((position - start) % capacity);
            if (at + 40 > log.Length)
                break;
            var length = U32(log, at + 32);
            if (U64(log, at + 8) != position || U64(log, at + 24) != chain || length < 40 || length > rest)
                break;
            var record = log.Slice(at, (int)length);
            if (XxHash3.HashToUInt64(record[8..], unchecked((long)_salt)) != U64(record, 0))
                break;
            if (U32(record, 36) == 2)
            {
                position += rest;
                continue;
            }

            Replay(record[40..]);
            LogRecords++;
            chain = U64(record, 0);
            position += length;
        }

        Require(U64(log, 512) == position, "the end of what was stored where the records end");
    }

    private void Replay(ReadOnlySpan<byte> b)
    {
        while (!b.IsEmpty && b[0] != 0)
        {
            var operation = b[0];
            b = b[1..];
            var number = Leb(ref b);
            switch (operation)
            {
                case 1:
                    var key = String(ref b);
                    Trees[Numbers[number]][key] = String(ref b);
                    break;
                case 2:
                    Require(Trees[Numbers[number]].Remove(String(ref b)), "a record to delete");
                    break;
                case 3:
                    Numbers[number] = String(ref b);
                    Trees[Numbers[number]] = [];
                    break;
                case 4:
                    Trees.Remove(Numbers[number]);
                    break;
                case 5:
                    Trees[Numbers[number]].Clear();
                    break;
                case 6:
                    var from = String(ref b);
                    var to = String(ref b);
                    foreach (var k in Trees[Numbers[number]].Keys.Where(k => string.CompareOrdinal(k, from) >= 0 && (to.Length == 0 || string.CompareOrdinal(k, to) < 0)).ToArray())
                        Trees[Numbers[number]].Remove(k);
                    break;
                default:
                    throw new InvalidDataException($"operation {operation}");
            }
        }
    }

    private static uint Leb(ref ReadOnlySpan<byte> b)
    {
        uint number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = b[0];
            b = b[1..];
            number |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }
    }

    private static string String(ref ReadOnlySpan<byte> b)
    {
        var length = (int)Leb(ref b);
        var text = Text(b[..length]);
        b = b[length..];
        return text;
    }

    private static uint Head(ReadOnlySpan<byte> key, int skip)
    {
        Span<byte> head = stackalloc byte[4];
        head.Clear();
        if (key.Length > skip)
            key.Slice(skip, Math.Min(4, key.Length - skip)).CopyTo(head);
        return BinaryPrimitives.ReadUInt32BigEndian(head);
    }

    private static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);

    private static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);

    private static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);

    private static void Require(bool holds, string expectation)
    {
        if (!holds)
            throw new InvalidDataException($"expected {expectation}");
    }

    private delegate void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    internal sealed record Root(ulong Page, ulong Records, uint Depth);

    internal sealed record MetaFields(
        uint PageSize, ulong Salt, ulong Sequence, bool IsClean, ulong Transaction, Root Main, Root Catalog, ulong Pages,
        ulong LogPosition, ulong LogChain, ulong FreeList, uint FreeListPages, ulong FreePages);
}
