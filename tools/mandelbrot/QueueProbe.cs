using System.Diagnostics;

using Gabbro.Scheduler.Collections;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>Hammers a queue with threads that each put one item in and take one out, and counts lost compare-and-swaps.</summary>
internal sealed class QueueProbe(string name, Action<long> put, Action take, Func<long> retries)
{
    public string Name => name;

    public static IReadOnlyList<QueueProbe> All()
    {
        var bounded = new BoundedQueue<long>(1024);
        var segmented = new SegmentedQueue<long>();
        var tagged = new TaggedQueue<long>(1024);
        var michaelScott = new MichaelScottQueue<long>();
        var stack = new TreiberStack<long>();
        return
        [
            new("bounded ring", i => bounded.TryEnqueue(i), () => bounded.TryDequeue(out _), () => bounded.Retries),
            new("segmented", segmented.Enqueue, () => segmented.TryDequeue(out _), () => segmented.Retries),
            new("tagged", i => tagged.TryEnqueue(i), () => tagged.TryDequeue(out _), () => tagged.Retries),
            new("Michael-Scott", michaelScott.Enqueue, () => michaelScott.TryDequeue(out _), () => michaelScott.Retries),
            new("Treiber stack", stack.Push, () => stack.TryPop(out _), () => stack.Retries),
        ];
    }

    public QueueResult Run(int threads, int operations)
    {
        var before = retries();
        using var barrier = new Barrier(threads + 1);
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            barrier.SignalAndWait();
            for (var i = 0; i < operations / threads; i++)
            {
                put(i);
                take();
            }

            barrier.SignalAndWait();
        })).ToArray();
        foreach (var worker in workers)
            worker.Start();
        barrier.SignalAndWait();
        var started = Stopwatch.GetTimestamp();
        barrier.SignalAndWait();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var worker in workers)
            worker.Join();
        var done = 2.0 * threads * (operations / threads);
        return new QueueResult(name, threads, (retries() - before) / done, done / seconds / 1e6);
    }
}
