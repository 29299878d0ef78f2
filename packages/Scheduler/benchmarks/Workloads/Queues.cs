using System.Collections.Concurrent;
using System.Threading.Channels;

using Gabbro.Scheduler.Benchmarks.Runner;
using Gabbro.Scheduler.Collections;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>
/// Items through a queue: "queue" with eight producers and eight consumers whatever the number of threads asked for, "spsc"
/// with one each, "spscspan" the same with spans of up to 256 items, "ring" with bounded capacity and two each.
/// </summary>
internal static class Queues
{
    private const int Capacity = 1024;

    /// <summary>Enough to outlast a time slice in which the other side does not run.</summary>
    private const int SpscCapacity = 1 << 16;

    public static IEnumerable<Workload> All { get; } =
    [
        new("queue", 4_000_000, (_, size) => Pass(8, size, new Segmented(new SegmentedQueue<long>()))),
        new("queue-concurrentqueue", 4_000_000, (_, size) => Pass(8, size, new Concurrent(new ConcurrentQueue<long>()))),
        new("spsc", 20_000_000, (_, size) => Pass(1, size, new Spsc(new SpscQueue<long>(SpscCapacity)))),
        new("spsc-concurrentqueue", 20_000_000, (_, size) => Pass(1, size, new Concurrent(new ConcurrentQueue<long>()))),
        new("spscspan", 20_000_000, (_, size) => PassSpans(size, new SpscQueue<long>(SpscCapacity))),
        new("spscspan-concurrentqueue", 20_000_000, (_, size) => Pass(1, size, new Concurrent(new ConcurrentQueue<long>()))),
        new("ring", 4_000_000, (_, size) => Pass(2, size, new Bounded(new BoundedQueue<long>(Capacity)))),
        new("ring-channel", 4_000_000, (_, size) => Pass(2, size, new Bound(Channel.CreateBounded<long>(Capacity)))),
    ];

    private static WorkloadRun Pass<TQueue>(int pairs, long size, TQueue queue)
        where TQueue : struct, IQueueUnderTest => new(() =>
    {
        var sum = 0L;
        var threads = new List<Thread>();
        for (var p = 0; p < pairs; p++)
        {
            threads.Add(new Thread(() => Produce(queue, size / pairs)));
            threads.Add(new Thread(() => Interlocked.Add(ref sum, Consume(queue, size / pairs))));
        }

        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return sum;
    });

    private static void Produce<TQueue>(TQueue queue, long count)
        where TQueue : struct, IQueueUnderTest
    {
        for (var i = 0L; i < count; i++)
        {
            for (var round = 0; !queue.TryPut(i); round++)
                Wait(round);
        }
    }

    private static long Consume<TQueue>(TQueue queue, long count)
        where TQueue : struct, IQueueUnderTest
    {
        var sum = 0L;
        for (var i = 0L; i < count; i++)
        {
            long item;
            for (var round = 0; !queue.TryTake(out item); round++)
                Wait(round);
            sum += item;
        }

        return sum;
    }

    /// <summary>The same items, handed over and taken in spans of up to 256.</summary>
    private static WorkloadRun PassSpans(long size, SpscQueue<long> queue) => new(() =>
    {
        var producer = new Thread(() =>
        {
            var items = new long[256];
            var idle = 0;
            for (var sent = 0L; sent < size;)
            {
                var count = (int)Math.Min(items.Length, size - sent);
                for (var i = 0; i < count; i++)
                    items[i] = sent + i;
                for (ReadOnlySpan<long> rest = items.AsSpan(0, count); !rest.IsEmpty;)
                {
                    var added = queue.Enqueue(rest);
                    rest = rest[added..];
                    idle = added == 0 ? idle + 1 : 0;
                    if (idle > 0)
                        Wait(idle);
                }

                sent += count;
            }
        });
        producer.Start();
        var sum = 0L;
        var taken = new long[256];
        for (var received = 0L; received < size;)
        {
            var count = 0;
            for (var round = 0; (count = queue.Dequeue(taken)) == 0; round++)
                Wait(round);
            foreach (var item in taken.AsSpan(0, count))
                sum += item;
            received += count;
        }

        producer.Join();
        return sum;
    });

    /// <summary>About a microsecond at first, so that the other side gets ahead by more than one item; then the processor is yielded.</summary>
    private static void Wait(int round)
    {
        if (round < 20)
            Thread.SpinWait(30);
        else
            Thread.Yield();
    }

    private readonly struct Segmented(SegmentedQueue<long> queue) : IQueueUnderTest
    {
        public bool TryPut(long item)
        {
            queue.Enqueue(item);
            return true;
        }

        public bool TryTake(out long item) => queue.TryDequeue(out item);
    }

    private readonly struct Concurrent(ConcurrentQueue<long> queue) : IQueueUnderTest
    {
        public bool TryPut(long item)
        {
            queue.Enqueue(item);
            return true;
        }

        public bool TryTake(out long item) => queue.TryDequeue(out item);
    }

    private readonly struct Spsc(SpscQueue<long> queue) : IQueueUnderTest
    {
        public bool TryPut(long item) => queue.TryEnqueue(item);

        public bool TryTake(out long item) => queue.TryDequeue(out item);
    }

    private readonly struct Bounded(BoundedQueue<long> queue) : IQueueUnderTest
    {
        public bool TryPut(long item) => queue.TryEnqueue(item);

        public bool TryTake(out long item) => queue.TryDequeue(out item);
    }

    private readonly struct Bound(Channel<long> channel) : IQueueUnderTest
    {
        public bool TryPut(long item) => channel.Writer.TryWrite(item);

        public bool TryTake(out long item) => channel.Reader.TryRead(out item);
    }
}
