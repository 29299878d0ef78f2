using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Synchronization;

namespace Gabbro.Scheduler.Tests.Synchronization;

/// <summary>The primitives on the machine: many threads, timeouts, cancellation, misuse.</summary>
internal sealed class LockStressTests
{
    private const int Threads = 8;

    private static readonly int s_rounds = 5_000 * TestEffort.Scale;

    private FutexMutex _mutex;
    private FutexReaderWriterLock _readerWriter;
    private FutexCondition _condition;
    private FutexSemaphore _semaphore = new(2);
    private SpinMutex _spin;
    private SequenceLock _sequence;
    private PhaseBarrier _barrier = new(Threads);
    private CountLatch _latch = new(Threads);
    private Once _once;
    private Parker _parker;
    private long _a;
    private long _b;

    [SetUp]
    public void Reset()
    {
        _a = _b = 0;
        _once = default;
        _latch = new CountLatch(Threads);
    }

    [Test]
    public void Sizes_AreAsDocumented() => Assert.Multiple(() =>
    {
        Assert.That(Unsafe.SizeOf<FutexMutex>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<FutexCondition>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<FutexSemaphore>(), Is.EqualTo(8));
        Assert.That(Unsafe.SizeOf<FutexReaderWriterLock>(), Is.EqualTo(24));
        Assert.That(Unsafe.SizeOf<Once>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<Parker>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<SpinMutex>(), Is.EqualTo(4));
    });

    [Test]
    public void Mutex_ManyThreads_LosesNoIncrement()
    {
        OnThreads(_ =>
        {
            for (var i = 0; i < s_rounds; i++)
            {
                _mutex.Enter();
                _a++;
                _mutex.Exit();
            }
        });
        Assert.That(_a, Is.EqualTo((long)Threads * s_rounds));
    }

    [Test]
    public void Mutex_TimeoutsAndCancellations_LoseNoIncrement()
    {
        var entered = 0L;
        OnThreads(number =>
        {
            for (var i = 0; i < s_rounds / 10; i++)
            {
                using var source = new CancellationTokenSource();
                if (number == 0)
                    source.CancelAfter(TimeSpan.FromMilliseconds(1));
                try
                {
                    if (!_mutex.TryEnter(number % 2 == 0 ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(500), source.Token))
                        continue;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                _a++;
                if (i % 16 == 0)
                    Thread.Yield();
                _mutex.Exit();
                Interlocked.Increment(ref entered);
            }
        });
        Assert.That(_a, Is.EqualTo(entered));
    }

    [Test]
    public void Mutex_ExitUnheld_Throws() => Assert.Throws<SynchronizationLockException>(() => _mutex.Exit());

    [Test]
    public void Mutex_CancelledWhileWaiting_ReturnsAndStaysUsable()
    {
        _mutex.Enter();
        using var source = new CancellationTokenSource();
        var waiter = new Thread(() => Assert.Throws<OperationCanceledException>(() => _mutex.Enter(source.Token)));
        waiter.Start();
        source.Cancel();
        waiter.Join();
        _mutex.Exit();
        Assert.That(_mutex.TryEnter(), Is.True);
        _mutex.Exit();
    }

    [Test]
    public void ReaderWriter_ManyThreads_ReadersSeeWholePairs()
    {
        OnThreads(number =>
        {
            for (var i = 0; i < s_rounds; i++)
            {
                if ((i + number) % 4 == 0)
                {
                    _readerWriter.EnterWrite();
                    _a++;
                    _b++;
                    _readerWriter.ExitWrite();
                }
                else
                {
                    _readerWriter.EnterRead();
                    var same = _a == _b;
                    _readerWriter.ExitRead();
                    if (!same)
                        throw new InvalidOperationException("A torn pair.");
                }
            }
        });
        Assert.That(_a, Is.EqualTo((long)Threads * s_rounds / 4));
    }

    [Test]
    public void ReaderWriter_Misuse_Throws() => Assert.Multiple(() =>
    {
        Assert.Throws<SynchronizationLockException>(() => _readerWriter.ExitRead());
        Assert.Throws<SynchronizationLockException>(() => _readerWriter.ExitWrite());
        Assert.That(_readerWriter.TryEnterWrite(), Is.True);
        Assert.That(_readerWriter.TryEnterRead(), Is.False);
        Assert.That(_readerWriter.TryEnterRead(TimeSpan.FromMilliseconds(1)), Is.False);
        Assert.That(_readerWriter.TryEnterWrite(TimeSpan.FromMilliseconds(1)), Is.False);
        _readerWriter.ExitWrite();
        Assert.That(_readerWriter.TryEnterRead(), Is.True);
        Assert.That(_readerWriter.TryEnterRead(), Is.True);
        Assert.That(_readerWriter.TryEnterWrite(), Is.False);
        _readerWriter.ExitRead();
        _readerWriter.ExitRead();
        Assert.That(_readerWriter.TryEnterWrite(), Is.True);
        _readerWriter.ExitWrite();
    });

    [Test]
    public void Condition_BoundedBuffer_PassesEverything()
    {
        var items = s_rounds * 4;
        OnThreads(number =>
        {
            for (var i = 0; i < items / Threads; i++)
            {
                _mutex.Enter();
                if (number % 2 == 0)
                {
                    while (_a == 4)
                        _condition.Wait(ref _mutex);
                    _a++;
                }
                else
                {
                    while (_a == 0)
                        _condition.Wait(ref _mutex);
                    _a--;
                }

                _mutex.Exit();
                _condition.NotifyAll();
            }
        });
        Assert.That(_a, Is.Zero);
    }

    [Test]
    public void Semaphore_TwoPermits_AtMostTwoInside()
    {
        var inside = 0;
        OnThreads(_ =>
        {
            for (var i = 0; i < s_rounds; i++)
            {
                _semaphore.Acquire();
                if (Interlocked.Increment(ref inside) > 2)
                    throw new InvalidOperationException("Three inside.");
                Interlocked.Decrement(ref inside);
                _semaphore.Release();
            }
        });
        Assert.That(_semaphore.CurrentCount, Is.EqualTo(2));
    }

    [Test]
    public void Spin_ManyThreads_LosesNoIncrement()
    {
        OnThreads(_ =>
        {
            for (var i = 0; i < s_rounds; i++)
            {
                _spin.Enter();
                _a++;
                _spin.Exit();
            }
        });
        Assert.That(_a, Is.EqualTo((long)Threads * s_rounds));
    }

    [Test]
    public void Sequence_ReadersDuringWrites_SeeWholePairs()
    {
        OnThreads(number =>
        {
            for (var i = 0; i < s_rounds; i++)
            {
                if (number == 0)
                {
                    _sequence.EnterWrite();
                    _a++;
                    _b++;
                    _sequence.ExitWrite();
                }
                else
                {
                    long a, b;
                    int version;
                    do
                    {
                        version = _sequence.BeginRead();
                        a = Volatile.Read(ref _a);
                        b = Volatile.Read(ref _b);
                    }
                    while (!_sequence.EndRead(version));
                    if (a != b)
                        throw new InvalidOperationException("A torn pair.");
                }
            }
        });
        Assert.Throws<SynchronizationLockException>(() => _sequence.ExitWrite());
    }

    [Test]
    public void Barrier_ManyPhases_OneLastEach()
    {
        var last = 0;
        OnThreads(_ =>
        {
            for (var i = 0; i < 200; i++)
            {
                if (_barrier.SignalAndWait())
                    Interlocked.Increment(ref last);
            }
        });
        Assert.That(last, Is.EqualTo(200));
    }

    [Test]
    public void LatchOnceAndParker_Together_Work()
    {
        var waiter = new Thread(() =>
        {
            _latch.Wait();
            _parker.Unpark();
        });
        waiter.Start();
        OnThreads(_ =>
        {
            _once.Run(() => _a++);
            _latch.CountDown();
        });
        _parker.Park();
        waiter.Join();
        Assert.That(_a, Is.EqualTo(1));
        Assert.Throws<InvalidOperationException>(() => _latch.CountDown());
        Assert.That(_parker.Park(TimeSpan.FromMilliseconds(1)), Is.False);
    }

    [Test]
    public void Once_Throws_NextCallerRuns()
    {
        Assert.Throws<InvalidOperationException>(() => _once.Run(() => throw new InvalidOperationException()));
        Assert.That(_once.IsDone, Is.False);
        _once.Run(() => _a++);
        _once.Run(() => _a++);
        Assert.That((_once.IsDone, _a), Is.EqualTo((true, 1L)));
    }

    private static void OnThreads(Action<int> body)
    {
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                body(number);
            }
            catch (Exception exception)
            {
                lock (failures)
                    failures.Add(exception);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.That(failures, Is.Empty);
    }
}
