using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace Gabbro.Storage.Tests.Lsm.Document;

/// <summary>
/// Reads a database's files by the rules of docs/storage/lsm-format.md and nothing else: no code of the engine is used.
/// Whatever the document promises is required.
/// </summary>
internal sealed class DocumentReader(Func<string, byte[]> read)
{
    private readonly SortedDictionary<ulong, (uint Family, int Level, ulong Id)> _tables = [];
    private readonly SortedSet<ulong> _logs = [];
    private readonly Dictionary<uint, ulong> _familyLogs = [];

    /// <summary>Every entry found: family, key, sequence, kind, value. A range delete's value is its end.</summary>
    public List<(uint Family, string Key, ulong Sequence, int Kind, byte[] Value)> Entries { get; } = [];

    public Dictionary<uint, string> Families { get; } = [];

    public int Tables => _tables.Count;

    public int Logs => _logs.Count;

    /// <summary>Reads everything that CURRENT leads to.</summary>
    public void ReadAll()
    {
        var current = Encoding.ASCII.GetString(read("CURRENT")).Split('\n');
        Require(current[1] == XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(current[0])).ToString("x16"), "CURRENT's hash");
        var progress = read("PROGRESS");
        Require(Number(progress, 0) == 0x0A4752504D534C47 && Word(progress, 8) == 1, "PROGRESS' header");
        Require(Number(progress, 56) == XxHash3.HashToUInt64(progress.AsSpan(0, 56)), "PROGRESS' hash");
        var manifest = ulong.Parse(current[0].Split('-')[1]);
        var length = Progress(progress, manifest);
        foreach (var edit in Records(read(current[0]), 2, manifest, length))
            ApplyEdit(edit);
        foreach (var (number, table) in _tables)
            ReadTable(read($"{number:D6}.sst"), table.Family, table.Id);
        foreach (var log in _logs)
        {
            foreach (var batch in Records(read($"{log:D6}.log"), 1, log, Progress(progress, log)))
                ReadBatch(batch, log);
        }
    }

    private static long Progress(byte[] file, ulong log)
    {
        for (var i = 0; i < 84; i++)
        {
            var at = 64 + (48 * i);
            if (Number(file, at) != log || Number(file, at + 8) != ~log)
                continue;
            for (var word = at + 16; word < at + 48; word += 8)
            {
                var value = Number(file, word);
                var check = ~BitOperations.Crc32C(BitOperations.Crc32C(0xFFFFFFFF, log), value >> 16);
                Require((ushort)value == (ushort)check, "a progress word's check");
            }

            return (long)(Number(file, at + 16) >> 16);
        }

        throw new InvalidDataException($"no progress of log {log}");
    }

    private static List<byte[]> Records(byte[] file, uint kind, ulong number, long length)
    {
        Require(Number(file, 0) == 0x0A474F4C4D534C47 && Word(file, 8) == 1 && Word(file, 12) == kind && Number(file, 16) == number, "a log's header");
        Require(Number(file, 56) == XxHash3.HashToUInt64(file.AsSpan(0, 56)), "a log header's hash");
        var id = Number(file, 24);
        var records = new List<byte[]>();
        var parts = new List<byte>();
        for (var at = 64; at < length;)
        {
            if (at % 4096 == 4088 && Number(file, at) == 0)
            {
                at += 8;
                continue;
            }

            var word = Word(file, at + 4);
            var (size, type) = ((int)(word >> 8), word & 0xFF);
            Require(Word(file, at) == Hash(id, at, file.AsSpan(at + 4, size + 8)), $"the fragment at {at}");
            var payload = file.AsSpan(at + 12, size);
            if (type is 1 or 2)
                parts.Clear();
            if (type is >= 1 and <= 4)
                parts.AddRange(payload);
            if (type is 1 or 4)
                records.Add([.. parts]);
            at += (12 + size + 7) & ~7;
            if (type == 6)
                break;
        }

        return records;
    }

    private void ApplyEdit(byte[] bytes)
    {
        var c = new DocumentCursor(bytes);
        var added = new List<(ulong Number, (uint, int, ulong) Table)>();
        while (!c.AtEnd)
        {
            var tag = c.Byte();
            var value = c.Varint();
            switch (tag)
            {
                case 4:
                    _logs.Add(value);
                    break;
                case 5:
                    _logs.Remove(value);
                    break;
                case 6:
                    Families[(uint)value] = Encoding.UTF8.GetString(c.Sized());
                    break;
                case 7:
                    Families.Remove((uint)value);
                    break;
                case 8:
                    _familyLogs[(uint)value] = c.Varint();
                    break;
                case 9:
                    var level = c.Byte();
                    var number = c.Varint();
                    var id = c.Fixed();
                    c.Varint();
                    c.Sized();
                    c.Sized();
                    c.Byte();
                    for (var i = 0; i < 6; i++)
                        c.Varint();
                    added.Add((number, ((uint)value, level, id)));
                    break;
                case 10:
                    c.Byte();
                    Require(_tables.Remove(c.Varint()), "an edit removes what is there");
                    break;
                default:
                    Require(tag is 1 or 2 or 3 or 11, $"tag {tag}");
                    break;
            }
        }

        // A table that only changes its level is removed and added by one edit.
        foreach (var (number, table) in added)
            Require(_tables.TryAdd(number, table), "an edit adds what is not there");
    }

    private void ReadBatch(byte[] bytes, ulong log)
    {
        var c = new DocumentCursor(bytes);
        var sequence = c.Fixed();
        var count = (uint)c.Word();
        for (; !c.AtEnd; count--)
        {
            var kind = c.Byte();
            var family = (uint)c.Varint();
            var key = Encoding.UTF8.GetString(c.Sized());
            byte[] value = kind == 0 ? [] : c.Sized();
            // Older logs' entries of this family are in its tables.
            if (log >= _familyLogs[family])
                Entries.Add((family, key, sequence, kind, value));
            sequence++;
        }

        Require(count == 0, "a batch's count");
    }

    private void ReadTable(byte[] file, uint family, ulong id)
    {
        var footer = file.AsSpan(file.Length - 64).ToArray();
        Require(Number(footer, 0) == 0x0A5453534D534C47 && Word(footer, 8) == 1 && Number(footer, 16) == id, "a footer");
        Require(Number(footer, 56) == XxHash3.HashToUInt64(footer.AsSpan(0, 56)) && Number(footer, 40) == (ulong)file.Length, "a footer's hash and size");
        var meta = new DocumentCursor(Block(file, id, (long)Number(footer, 24), (int)Number(footer, 32)));
        var blocks = new Dictionary<int, byte[]>();
        while (!meta.AtEnd)
            blocks[meta.Byte()] = Block(file, id, (long)meta.Varint(), (int)meta.Varint());
        ulong entries = 0;
        var top = new DocumentCursor(blocks[1]);
        for (var partitions = top.Varint(); partitions > 0; partitions--)
        {
            top.Sized();
            var count = top.Varint();
            var offset = (long)top.Varint();
            var index = new DocumentCursor(Block(file, id, (long)top.Varint(), (int)top.Varint()));
            var (filterOffset, filterSize) = ((long)top.Varint(), (int)top.Varint());
            var filter = filterSize == 0 ? null : Block(file, id, filterOffset, filterSize);
            byte[] separator = [];
            for (; count > 0; count--)
            {
                var shared = (int)index.Varint();
                separator = [.. separator[..shared], .. index.Sized()];
                var size = (int)index.Varint();
                entries += ReadData(Block(file, id, offset, size), family, separator, filter);
                offset += size + 5;
            }
        }

        if (blocks.TryGetValue(2, out var ranges))
        {
            var c = new DocumentCursor(ranges);
            for (var count = c.Varint(); count > 0; count--)
            {
                var begin = Encoding.UTF8.GetString(c.Sized());
                var end = c.Sized();
                Entries.Add((family, begin, c.Varint(), 3, end));
            }
        }

        Require(new DocumentCursor(blocks[3]).Varint() == entries, "the properties' count of entries");
    }

    private ulong ReadData(byte[] block, uint family, byte[] separator, byte[]? filter)
    {
        var restarts = (int)Word(block, block.Length - 4);
        var c = new DocumentCursor(block.AsSpan(0, block.Length - 4 - (4 * restarts)).ToArray());
        byte[] key = [];
        ulong count = 0;
        while (!c.AtEnd)
        {
            var isRestart = Enumerable.Range(0, restarts).Any(i => Word(block, block.Length - 4 - (4 * (restarts - i))) == (uint)c.Position);
            Require(isRestart == (count % 16 == 0), "a restart every 16 entries");
            var shared = (int)c.Varint();
            var unshared = (int)c.Varint();
            var valueLength = (int)c.Varint();
            var tag = c.Byte();
            ulong sequence = 0;
            for (var i = 0; i < tag >> 4; i++)
                sequence |= (ulong)c.Byte() << (8 * i);
            Require(!isRestart || shared == 0, "a restart shares nothing");
            key = [.. key[..shared], .. c.Bytes(unshared)];
            Require(key.AsSpan().SequenceCompareTo(separator) <= 0, "a key at or before its separator");
            Require(filter is null || MayContain(filter, key), "a filter that knows its keys");
            Entries.Add((family, Encoding.UTF8.GetString(key), sequence, tag & 15, c.Bytes(valueLength)));
            count++;
        }

        return count;
    }

    private static bool MayContain(byte[] filter, byte[] key)
    {
        var length = Word(filter, 8);
        var segments = Word(filter, 12);
        var m = XxHash3.HashToUInt64(key) + Number(filter, 0);
        m ^= m >> 33;
        m *= 0xFF51AFD7ED558CCD;
        m ^= m >> 33;
        m *= 0xC4CEB9FE1A85EC53;
        m ^= m >> 33;
        var h0 = (uint)Math.BigMul(m, (ulong)segments * length, out _);
        var h1 = (h0 + length) ^ ((uint)(m >> 18) & (length - 1));
        var h2 = (h0 + (2 * length)) ^ ((uint)m & (length - 1));
        return (byte)(filter[16 + h0] ^ filter[16 + h1] ^ filter[16 + h2]) == (byte)(m ^ (m >> 32));
    }

    private static byte[] Block(byte[] file, ulong id, long offset, int size)
    {
        Require(Word(file, (int)offset + size + 1) == Hash(id, offset, file.AsSpan((int)offset, size + 1)), $"the block at {offset}");
        var stored = file.AsSpan((int)offset, size).ToArray();
        if (file[offset + size] == 0)
            return stored;
        var c = new DocumentCursor(stored);
        var content = new byte[c.Varint()];
        var rest = stored.AsSpan(c.Position);
        if (file[offset + size] == 1)
            DecodeLz4(rest, content);
        else
            Require(BrotliDecoder.TryDecompress(rest, content, out var written) && written == content.Length, "a Brotli block");
        return content;
    }

    // The LZ4 block format: a token, literals, and a copy from what came out before.
    private static void DecodeLz4(ReadOnlySpan<byte> input, byte[] output)
    {
        var (i, o) = (0, 0);
        while (true)
        {
            var token = input[i++];
            var literals = token >> 4;
            if (literals == 15)
                Extend(input, ref i, ref literals);
            input.Slice(i, literals).CopyTo(output.AsSpan(o));
            i += literals;
            o += literals;
            if (i >= input.Length)
                break;
            var distance = input[i] | (input[i + 1] << 8);
            i += 2;
            var match = token & 15;
            if (match == 15)
                Extend(input, ref i, ref match);
            for (match += 4; match > 0; match--, o++)
                output[o] = output[o - distance];
        }

        Require(o == output.Length, "an LZ4 block's length");
    }

    private static void Extend(ReadOnlySpan<byte> input, ref int i, ref int length)
    {
        byte more;
        do
        {
            more = input[i++];
            length += more;
        }
        while (more == 255);
    }

    private static uint Hash(ulong id, long offset, ReadOnlySpan<byte> bytes) =>
        (uint)XxHash3.HashToUInt64(bytes, unchecked((long)((id * 0x9E3779B97F4A7C15) ^ (ulong)offset)));

    private static ulong Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private static uint Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidDataException($"the document promises otherwise: {what}");
    }
}
