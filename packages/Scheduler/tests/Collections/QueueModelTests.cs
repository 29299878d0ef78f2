using Gabbro.Scheduler.Collections;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Collections;

/// <summary>The queues and the stack under every schedule within bounds, their histories checked for linearizability.</summary>
internal sealed class QueueModelTests
{
    private static readonly ModelBounds s_bounds = new(2, 1, 6_000);

    [Test]
    public void BoundedRing_TwoProducersTwoConsumers_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<BoundedRingCore<int, ModelAtomics>>(new(2));
            return Queue(
                item => box.Core.TryEnqueue(item),
                () => box.Core.TryDequeue(out var item) ? item : null,
                capacity: 2);
        },
        s_bounds);

    [Test]
    public void Segmented_TwoProducersTwoConsumers_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<SegmentedQueueCore<int, ModelAtomics>>(new(2));
            return Queue(
                item =>
                {
                    box.Core.Enqueue(item);
                    return true;
                },
                () => box.Core.TryDequeue(out var item) ? item : null,
                capacity: int.MaxValue);
        },
        s_bounds);

    [Test]
    public void Tagged_TwoProducersTwoConsumers_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<TaggedQueueCore<int, ModelAtomics>>(new(8));
            return Queue(
                item => box.Core.TryEnqueue(item),
                () => box.Core.TryDequeue(out var item) ? item : null,
                capacity: int.MaxValue);
        },
        s_bounds);

    [Test]
    public void MichaelScott_TwoProducersTwoConsumers_IsLinearizable() => Explorer.Check(
        () =>
        {
            var queue = new MichaelScottCore<int, ModelAtomics>();
            var handles = Enumerable.Range(0, 4).Select(_ => queue.Join()).ToArray();
            var next = 0;
            return Queue(
                item =>
                {
                    queue.Enqueue(handles[item / 10], item);
                    return true;
                },
                () =>
                {
                    var handle = handles[2 + (next++ % 2)];
                    var found = queue.TryDequeue(handle, out var item);
                    handle.Collect();
                    return found ? item : null;
                },
                capacity: int.MaxValue);
        },
        s_bounds);

    [Test]
    public void Spsc_ProducerAndConsumer_PassesInOrder() => Explorer.Check(
        () =>
        {
            var box = new Box<SpscRingCore<int, ModelAtomics>>(new(2));
            var history = new History();
            return new Scenario(
                [
                    () =>
                    {
                        for (var i = 1; i <= 4; i++)
                        {
                            var item = i;
                            history.Record("enqueue", item, () => box.Core.TryEnqueue(item) ? 1 : 0);
                        }
                    },
                    () =>
                    {
                        for (var i = 0; i < 4; i++)
                            history.Record("dequeue", 0, () => box.Core.TryDequeue(out var item) ? item : null);
                    },
                ],
                () => history.AssertLinearizable(string.Empty, (state, call) => Fifo(state, call, 2)));
        },
        new ModelBounds(3, 2, 10_000));

    [Test]
    public void Spsc_Spans_PassInOrder() => Explorer.Check(
        () =>
        {
            var box = new Box<SpscRingCore<int, ModelAtomics>>(new(2));
            var received = new List<int>();
            var sent = 0;
            return new Scenario(
                [
                    () =>
                    {
                        for (var i = 0; i < 3; i++)
                            sent += box.Core.Enqueue([sent + 1, sent + 2, sent + 3]);
                    },
                    () =>
                    {
                        Span<int> buffer = stackalloc int[3];
                        for (var i = 0; i < 3; i++)
                            received.AddRange(buffer[..box.Core.Dequeue(buffer)]);
                    },
                ],
                () => Assert.That(received, Is.EqualTo(Enumerable.Range(1, received.Count))));
        },
        new ModelBounds(3, 2, 10_000));

    /// <summary>Enough items for two rings to be closed, with a thread that comes late to each.</summary>
    [Test]
    public void Segmented_RingsClosedUnderWay_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<SegmentedQueueCore<int, ModelAtomics>>(new(2));
            var history = new History();
            void Produce(int first, int count)
            {
                for (var i = 0; i < count; i++)
                {
                    var item = first + i;
                    history.Record("enqueue", item, () =>
                    {
                        box.Core.Enqueue(item);
                        return 1;
                    });
                }
            }

            void Consume(int count)
            {
                for (var i = 0; i < count; i++)
                    history.Record("dequeue", 0, () => box.Core.TryDequeue(out var item) ? item : null);
            }

            return new Scenario(
                [() => Produce(1, 4), () => { Produce(11, 1); Consume(2); Produce(12, 1); }, () => Consume(4)],
                () => history.AssertLinearizable(string.Empty, (state, call) => Fifo(state, call, int.MaxValue)));
        },
        s_bounds);

    [Test]
    public void Treiber_ThreeThreads_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<TreiberStackCore<int, ModelAtomics>>(default);
            var history = new History();
            void Body(int first)
            {
                history.Record("push", first, () =>
                {
                    box.Core.Push(first);
                    return null;
                });
                history.Record("pop", 0, () => box.Core.TryPop(out var item) ? item : null);
            }

            return new Scenario(
                [() => Body(1), () => Body(2), () => Body(3)],
                () => history.AssertLinearizable(string.Empty, (state, call) => call.Name switch
                {
                    "push" => state + call.Argument,
                    _ when call.Result is null => state.Length == 0 ? state : null,
                    _ => state.Length > 0 && state[^1] - '0' == call.Result ? state[..^1] : null,
                }));
        },
        s_bounds);

    private static Scenario Queue(Func<int, bool> enqueue, Func<int?> dequeue, int capacity)
    {
        var history = new History();
        void Produce(int first)
        {
            for (var i = 0; i < 2; i++)
            {
                var item = first + i;
                history.Record("enqueue", item, () => enqueue(item) ? 1 : 0);
            }
        }

        void Consume()
        {
            for (var i = 0; i < 2; i++)
                history.Record("dequeue", 0, dequeue);
        }

        return new Scenario(
            [() => Produce(1), () => Produce(11), Consume, Consume],
            () => history.AssertLinearizable(string.Empty, (state, call) => Fifo(state, call, capacity)));
    }

    /// <summary>A queue as a string of characters, oldest first.</summary>
    private static string? Fifo(string state, Call call, int capacity) => call.Name switch
    {
        // A ring may refuse while another operation is under way: that is what its documentation says.
        "enqueue" when call.Result == 0 => capacity != int.MaxValue ? state : null,
        "dequeue" when call.Result is null && capacity != int.MaxValue => state,
        "enqueue" => state.Length < capacity ? state + (char)call.Argument : null,
        _ when call.Result is null => state.Length == 0 ? state : null,
        _ => state.Length > 0 && state[0] == call.Result ? state[1..] : null,
    };

    private sealed class Box<T>(T core)
    {
        public T Core = core;
    }
}
