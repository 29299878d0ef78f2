using System.Globalization;
using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Collections;

namespace Gabbro.Scheduler.Tests.Collections;

/// <summary>The promises of a queue for many producers and consumers, run against every implementation.</summary>
internal abstract class QueueStressTests
{
    private const int Producers = 8;
    private const int Consumers = 8;

    /// <summary>Items per producer; 16 threads and ten million operations at effort 20.</summary>
    private static readonly int s_items = Math.Min(32_000 * TestEffort.Scale, 640_000);

    protected abstract void Create();

    protected abstract bool TryEnqueue(long item);

    protected abstract bool TryDequeue(out long item);

    /// <summary>One producer and one consumer only.</summary>
    protected virtual bool IsSingle => false;

    [SetUp]
    public void SetUp() => Create();

    [Test]
    public void Queue_ManyThreads_NoLossNoDuplicatePerProducerOrder()
    {
        var producers = IsSingle ? 1 : Producers;
        var consumers = IsSingle ? 1 : Consumers;
        var taken = 0L;
        var total = (long)producers * s_items;
        var failures = 0;
        var counts = new long[producers];
        var threads = new List<Thread>();
        for (var p = 0; p < producers; p++)
        {
            var producer = p;
            threads.Add(new Thread(() =>
            {
                for (var i = 0; i < s_items; i++)
                {
                    var spin = default(SpinWait);
                    while (!TryEnqueue(((long)producer << 32) | (uint)i))
                        spin.SpinOnce();
                }
            }));
        }

        for (var c = 0; c < consumers; c++)
        {
            threads.Add(new Thread(() =>
            {
                var last = new long[producers];
                Array.Fill(last, -1);
                var mine = new long[producers];
                var spin = default(SpinWait);
                while (Volatile.Read(ref taken) < total)
                {
                    if (!TryDequeue(out var item))
                    {
                        spin.SpinOnce();
                        continue;
                    }

                    spin.Reset();
                    var producer = (int)(item >> 32);
                    var number = item & uint.MaxValue;
                    if (number <= last[producer])
                        Interlocked.Increment(ref failures);
                    last[producer] = number;
                    mine[producer] += number + 1;
                    Interlocked.Increment(ref taken);
                }

                for (var p = 0; p < producers; p++)
                    Interlocked.Add(ref counts[p], mine[p]);
            }));
        }

        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Multiple(() =>
        {
            Assert.That(failures, Is.Zero, "order within a producer");
            Assert.That(taken, Is.EqualTo(total));

            // The sum of all numbers is right only if each came exactly once, as the count is right too.
            Assert.That(counts, Is.All.EqualTo((long)s_items * (s_items + 1) / 2));
            Assert.That(TryDequeue(out _), Is.False);
        });
    }

    [Test]
    public void Queue_OneThread_IsFirstInFirstOut()
    {
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 50; i++)
                Assert.That(TryEnqueue((round * 50) + i), Is.True);
            for (var i = 0; i < 50; i++)
            {
                Assert.That(TryDequeue(out var item), Is.True);
                Assert.That(item, Is.EqualTo((round * 50) + i));
            }

            Assert.That(TryDequeue(out _), Is.False);
        }
    }
}

[TestFixture]
internal sealed class BoundedQueueStressTests : QueueStressTests
{
    private BoundedQueue<long> _queue = null!;

    protected override void Create() => _queue = new BoundedQueue<long>(64);

    protected override bool TryEnqueue(long item) => _queue.TryEnqueue(item);

    protected override bool TryDequeue(out long item) => _queue.TryDequeue(out item);

    [Test]
    public void TryEnqueue_Full_ReturnsFalse()
    {
        var queue = new BoundedQueue<int>(2);
        Assert.That((queue.TryEnqueue(1), queue.TryEnqueue(2), queue.TryEnqueue(3)), Is.EqualTo((true, true, false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BoundedQueue<int>(0));
    }
}

[TestFixture]
internal sealed class SegmentedQueueStressTests : QueueStressTests
{
    private SegmentedQueue<long> _queue = null!;

    protected override void Create() => _queue = new SegmentedQueue<long>();

    protected override bool TryEnqueue(long item)
    {
        _queue.Enqueue(item);
        return true;
    }

    protected override bool TryDequeue(out long item) => _queue.TryDequeue(out item);

    [Test]
    public void Enqueue_BacklogWithinTheRing_AllocatesNothing()
    {
        for (var i = 0; i < 1000; i++)
            _queue.Enqueue(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            _queue.Enqueue(i);
            _queue.TryDequeue(out _);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Enqueue_LongBacklog_KeepsOrderAndCount()
    {
        for (var i = 0; i < 300_000; i++)
            _queue.Enqueue(i);
        Assert.That((_queue.Count, _queue.IsEmpty), Is.EqualTo((300_000, false)));
        for (var i = 0; i < 300_000; i++)
            Assert.That(_queue.TryDequeue(out var item) ? item : -1, Is.EqualTo(i));
        Assert.That((_queue.Count, _queue.IsEmpty, _queue.TryDequeue(out _)), Is.EqualTo((0, true, false)));
    }

    [Test]
    public void TryDequeue_Reference_IsForgotten()
    {
        var queue = new SegmentedQueue<object>();
        var item = Fill(queue);
        for (var i = 0; i < 10 && item.IsAlive; i++)
            GC.Collect();
        Assert.That(item.IsAlive, Is.False);
        GC.KeepAlive(queue);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Fill(SegmentedQueue<object> queue)
        {
            var target = new object();
            queue.Enqueue(target);
            Assert.That(queue.TryDequeue(out var taken), Is.True);
            return new WeakReference(taken);
        }
    }
}

[TestFixture]
internal sealed class TaggedQueueStressTests : QueueStressTests
{
    private TaggedQueue<long> _queue = null!;

    protected override void Create() => _queue = new TaggedQueue<long>(64);

    protected override bool TryEnqueue(long item) => _queue.TryEnqueue(item);

    protected override bool TryDequeue(out long item) => _queue.TryDequeue(out item);
}

[TestFixture]
internal sealed class MichaelScottQueueStressTests : QueueStressTests
{
    private MichaelScottQueue<long> _queue = null!;

    [TearDown]
    public void TearDown() => _queue.Dispose();

    protected override void Create() => _queue = new MichaelScottQueue<long>();

    protected override bool TryEnqueue(long item)
    {
        _queue.Enqueue(item);
        return true;
    }

    protected override bool TryDequeue(out long item) => _queue.TryDequeue(out item);
}

[TestFixture]
internal sealed class SpscQueueStressTests : QueueStressTests
{
    private SpscQueue<long> _queue = null!;

    protected override bool IsSingle => true;

    protected override void Create() => _queue = new SpscQueue<long>(64);

    protected override bool TryEnqueue(long item) => _queue.TryEnqueue(item);

    protected override bool TryDequeue(out long item) => _queue.TryDequeue(out item);

    [Test]
    public void Spans_ThroughASmallRing_KeepOrder()
    {
        var queue = new SpscQueue<string>(8);
        var random = new Random(TestEffort.Seed());
        var (sent, received) = (0, 0);
        var buffer = new string[11];
        while (received < 10_000)
        {
            var batch = Enumerable.Range(sent, random.Next(11)).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
            sent += queue.Enqueue(batch);
            Assert.That(queue.Count, Is.EqualTo(sent - received).And.LessThanOrEqualTo(8));
            if (random.Next(4) == 0 && queue.TryEnqueue(sent.ToString(CultureInfo.InvariantCulture)))
                sent++;
            var taken = queue.Dequeue(buffer.AsSpan(0, random.Next(12)));
            for (var i = 0; i < taken; i++)
                Assert.That(buffer[i], Is.EqualTo(received++.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.That((queue.Enqueue([]), queue.Dequeue([])), Is.EqualTo((0, 0)));
    }
}
