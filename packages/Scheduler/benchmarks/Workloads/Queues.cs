using System.Collections.Concurrent;
using System.Threading.Channels;

using Gabbro.Scheduler.Benchmarks.Runner;
using Gabbro.Scheduler.Collections;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>
/// Items through a queue: "queue" with eight producers and eight consumers whatever the number of threads asked for, "spsc"
/// with one each, "ring" with bounded capacity and two each.
/// </summary>
internal static class Queues
{
    private const int Capacity = 1024;

    public static IEnumerable<Workload> All { get; } =
    [
        new("queue", 4_000_000, (_, size) =>
        {
            var queue = new SegmentedQueue<long>();
            return Pass(8, size, Always<long>(queue.Enqueue), queue.TryDequeue);
        }),
        new("queue-concurrentqueue", 4_000_000, (_, size) =>
        {
            var queue = new ConcurrentQueue<long>();
            return Pass(8, size, Always<long>(queue.Enqueue), queue.TryDequeue);
        }),
        new("spsc", 10_000_000, (_, size) =>
        {
            var queue = new SpscQueue<long>(Capacity);
            return Pass(1, size, queue.TryEnqueue, queue.TryDequeue);
        }),
        new("spsc-concurrentqueue", 10_000_000, (_, size) =>
        {
            var queue = new ConcurrentQueue<long>();
            return Pass(1, size, Always<long>(queue.Enqueue), queue.TryDequeue);
        }),
        new("ring", 4_000_000, (_, size) =>
        {
            var queue = new BoundedQueue<long>(Capacity);
            return Pass(2, size, queue.TryEnqueue, queue.TryDequeue);
        }),
        new("ring-channel", 4_000_000, (_, size) =>
        {
            var channel = Channel.CreateBounded<long>(Capacity);
            return Pass(2, size, channel.Writer.TryWrite, channel.Reader.TryRead);
        }),
    ];

    private delegate bool TryTake(out long item);

    private static Func<T, bool> Always<T>(Action<T> enqueue) => item =>
    {
        enqueue(item);
        return true;
    };

    private static WorkloadRun Pass(int pairs, long size, Func<long, bool> put, TryTake take) => new(() =>
    {
        var perThread = size / pairs;
        var sum = 0L;
        var left = perThread * pairs;
        var threads = new List<Thread>();
        for (var p = 0; p < pairs; p++)
        {
            threads.Add(new Thread(() =>
            {
                for (var i = 0L; i < perThread; i++)
                {
                    var spin = default(SpinWait);
                    while (!put(i))
                        spin.SpinOnce(-1);
                }
            }));
            threads.Add(new Thread(() =>
            {
                var mine = 0L;
                for (var i = 0L; i < perThread; i++)
                {
                    long item;
                    var spin = default(SpinWait);
                    while (!take(out item))
                        spin.SpinOnce(-1);
                    mine += item;
                }

                Interlocked.Add(ref sum, mine);
            }));
        }

        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return sum + left - (perThread * pairs);
    });
}
