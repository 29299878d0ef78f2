using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.Tests.BTree;

[TestFixture(512)]
[TestFixture(4096)]
[TestFixture(65536)]
public sealed unsafe class TreeModelTests(int pageSize)
{
    private static readonly int Effort = int.Parse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT") ?? "1");

    [Test]
    public void PutAndDelete_RandomOperations_AgreeWithSortedMap([Values(1, 2, 3, 4)] int flavour)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        using var pages = new MemoryPages(pageSize);
        using var writer = new TreeWriter(pages.Space, pages);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        var root = default(TreeRoot);
        var steps = 6000 * Effort;
        for (var i = 0; i < steps; i++)
        {
            // Waves of growth and decline drive splits and merges through every level.
            var growing = i / (steps / 6) % 2 == 0;
            var key = MakeKey(random, flavour);
            if (random.Next(100) < (growing ? 80 : 15))
                Put(writer, ref root, model, key, MakeValue(random));
            else
                Delete(writer, ref root, model, model.Count > 0 && random.Next(3) > 0 ? NearestKey(model, key) : key);
            if (random.Next(4) == 0)
                pages.NextTransaction();
            if (i % 500 == 0)
                Verify(pages, root, model, $"seed {seed} step {i}");
        }

        foreach (var key in model.Keys.ToArray())
            Delete(writer, ref root, model, key);
        Verify(pages, root, model, $"seed {seed} at the end");
        Assert.That(root.Page, Is.Zero);
        Assert.That(pages.InUse, Is.Zero, "pages leaked");
    }

    [Test]
    public void DeleteRange_RandomRanges_AgreeWithSortedMap([Values(1, 2, 3, 4)] int flavour)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        using var pages = new MemoryPages(pageSize);
        using var writer = new TreeWriter(pages.Space, pages);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        var root = default(TreeRoot);
        for (var round = 0; round < 40 * Effort; round++)
        {
            for (var i = random.Next(400); i > 0; i--)
                Put(writer, ref root, model, MakeKey(random, flavour), MakeValue(random));
            if (random.Next(3) == 0)
                pages.NextTransaction();
            byte[][] bounds = [MakeKey(random, flavour), MakeKey(random, flavour)];
            // Bounds in and out of order, equal to records, at both ends, and open ones.
            if (random.Next(8) > 0)
                Array.Sort(bounds, ByteOrder.Instance);
            if (random.Next(3) == 0 && model.Count > 0)
                bounds[0] = NearestKey(model, bounds[0]);
            if (random.Next(10) == 0)
                bounds[random.Next(2)] = [];
            DeleteRange(writer, ref root, model, bounds[0], bounds[1]);
            Verify(pages, root, model, $"seed {seed} round {round}");
            // What is inserted along the cut meets the nodes whose neighbours went.
            for (var i = 0; i < 20; i++)
                Put(writer, ref root, model, MakeKey(random, flavour), MakeValue(random));
            Verify(pages, root, model, $"seed {seed} round {round}, after insertions");
        }

        DeleteRange(writer, ref root, model, [], []);
        Assert.That((root.Page, root.Depth, root.Records, pages.InUse), Is.EqualTo((0UL, 0U, 0UL, 0)), $"seed {seed}");
    }

    [Test]
    public void DeleteRange_OfAlmostAll_ChangesTwoPathsOnly()
    {
        using var pages = new MemoryPages(pageSize);
        using var writer = new TreeWriter(pages.Space, pages);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        var root = default(TreeRoot);
        for (var i = 0; i < 20_000; i++)
            Put(writer, ref root, model, System.Text.Encoding.ASCII.GetBytes($"key{i:d8}"), new byte[20]);
        pages.NextTransaction();
        var before = pages.Allocations;
        var depth = (int)root.Depth;
        DeleteRange(writer, ref root, model, "key00000100"u8.ToArray(), "key00019900"u8.ToArray());
        Assert.That(pages.Allocations - before, Is.LessThanOrEqualTo(2 * depth));
        Verify(pages, root, model, "after the range");
    }

    [Test]
    public void Builder_AscendingRecords_MakesACheckedTree([Values(0, 1, 7, 1000, 20000)] int count)
    {
        using var pages = new MemoryPages(pageSize);
        using var builder = new TreeBuilder(pages.Space, pages);
        var random = new Random(7);
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        for (var i = 0; i < count; i++)
            model[System.Text.Encoding.ASCII.GetBytes($"key{i:d8}")] = MakeValue(random);
        foreach (var (key, value) in model)
            builder.Add(key, value);
        Verify(pages, builder.Finish(), model, $"{count} records");
    }

    private static byte[] MakeKey(Random random, int flavour) => flavour switch
    {
        1 => System.Text.Encoding.ASCII.GetBytes($"key{random.Next(3000):d12}"),
        2 => [.. Enumerable.Repeat((byte)0xFF, random.Next(0, 60)), (byte)random.Next(256)],
        3 => BitConverter.GetBytes((long)random.Next(5000) << 20),
        _ => RandomBytes(random, random.Next(0, 90)),
    };

    private byte[] MakeValue(Random random) =>
        RandomBytes(random, random.Next(20) == 0 ? random.Next(pageSize * 3) : random.Next(pageSize / 20));

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] NearestKey(SortedDictionary<byte[], byte[]> model, byte[] key) =>
        model.Keys.ElementAt(key.Length == 0 ? 0 : key[^1] * model.Count / 256);

    private static void Put(
        TreeWriter writer, ref TreeRoot root, SortedDictionary<byte[], byte[]> model, byte[] key, byte[] value)
    {
        fixed (byte* k = key)
            Assert.That(writer.Put(ref root, k, key.Length, value), Is.EqualTo(!model.ContainsKey(key)));
        model[key] = value;
    }

    private static void Delete(TreeWriter writer, ref TreeRoot root, SortedDictionary<byte[], byte[]> model, byte[] key)
    {
        fixed (byte* k = key)
            Assert.That(writer.Delete(ref root, k, key.Length), Is.EqualTo(model.Remove(key)));
    }

    private static void DeleteRange(
        TreeWriter writer, ref TreeRoot root, SortedDictionary<byte[], byte[]> model, byte[] from, byte[] to)
    {
        fixed (byte* f = from)
        fixed (byte* t = to)
            writer.DeleteRange(ref root, f, from.Length, t, to.Length);
        foreach (var key in model.Keys.Where(k => ByteOrder.Instance.Compare(k, from) >= 0 && (to.Length == 0 || ByteOrder.Instance.Compare(k, to) < 0)).ToArray())
            model.Remove(key);
    }

    private static void Verify(MemoryPages pages, TreeRoot root, SortedDictionary<byte[], byte[]> model, string context)
    {
        new TreeChecker(pages.Space, (_, _) => { }).Check(root);
        Assert.That(root.Records, Is.EqualTo((ulong)model.Count), context);
        var cursor = new TreeCursor(pages.Space, root);
        var valid = cursor.SeekFirst();
        foreach (var (key, value) in model)
        {
            Assert.That(valid, context);
            Assert.That(cursor.Key.SequenceEqual(key) && cursor.Value.SequenceEqual(value), context);
            valid = cursor.Next();
        }

        Assert.That(valid, Is.False, context);
        valid = cursor.SeekLast();
        foreach (var key in model.Keys.Reverse())
        {
            Assert.That(valid && cursor.Key.SequenceEqual(key), context);
            valid = cursor.Previous();
        }

        Assert.That(valid, Is.False, context);
        foreach (var (key, value) in model)
        {
            fixed (byte* k = key)
            {
                Assert.That(TreeReader.TryFind(pages.Space, root, k, key.Length, out var found, out var length), context);
                Assert.That(new ReadOnlySpan<byte>(found, length).SequenceEqual(value), context);
            }
        }
    }
}
