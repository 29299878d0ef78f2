using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;

namespace Gabbro.Platform.Tests.Locks;

public sealed class FileLockTests
{
    private static readonly ByteRange s_range = new(10, 20);

    private TemporaryDirectory _directory = null!;
    private FileHandle _first = null!;
    private FileHandle _second = null!;

    [SetUp]
    public void OpenTwice()
    {
        _directory = new TemporaryDirectory();
        _first = _directory.Create("a", new string('x', 100));
        _second = FileHandle.Open(_directory["a"], FileOpenOptions.ReadWrite);
    }

    [TearDown]
    public void Close()
    {
        _first.Dispose();
        _second.Dispose();
        _directory.Dispose();
    }

    [TestCase(LockMode.Shared, LockMode.Shared, true)]
    [TestCase(LockMode.Shared, LockMode.Exclusive, false)]
    [TestCase(LockMode.Exclusive, LockMode.Shared, false)]
    [TestCase(LockMode.Exclusive, LockMode.Exclusive, false)]
    public void TryLock_TwoHandlesOfOneProcess_ExcludeAsTheModesSay(LockMode held, LockMode asked, bool granted)
    {
        using FileLock lockOfFirst = FileLock.Acquire(_first, s_range, held);
        NativeError error = FileLock.TryLock(_second, new ByteRange(29, 1), asked);
        Assert.That(error.IsError, Is.EqualTo(!granted));
        if (!granted)
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.WouldBlock).Or.EqualTo(ErrorKind.LockBusy));
        Assert.That(FileLock.TryLock(_second, new ByteRange(30, 5), asked).IsError, Is.False);
    }

    [Test]
    public void Lock_AnotherHandleOfTheFileIsClosed_IsKept()
    {
        using FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        FileHandle.Open(_directory["a"]).Dispose();
        Assert.That(FileLock.TryLock(_second, s_range, LockMode.Exclusive).IsError);
    }

    [Test]
    public void Dispose_Lock_LetsOthersIn()
    {
        FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        held.Dispose();
        held.Dispose();
        Assert.That(FileLock.TryLock(_second, s_range, LockMode.Exclusive).IsError, Is.False);
    }

    [Test]
    public void Dispose_File_ReleasesItsLocks()
    {
        FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        _first.Dispose();
        Assert.That(FileLock.TryLock(_second, s_range, LockMode.Exclusive).IsError, Is.False);
        Assert.DoesNotThrow(held.Dispose);
    }

    [Test]
    public void TryAcquire_Busy_TimesOutAsFalse()
    {
        using FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        bool acquired = FileLock.TryAcquire(
            _second, s_range, LockMode.Shared, TimeSpan.FromMilliseconds(20), out FileLock? none);
        Assert.That(acquired, Is.False);
        Assert.That(none, Is.Null);
        Assert.That(FileLock.Lock(_second, s_range, LockMode.Shared, TimeSpan.Zero).Kind, Is.EqualTo(ErrorKind.TimedOut));
    }

    [Test]
    public void Acquire_CancelledWhileWaiting_Throws()
    {
        using FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(30));
        Assert.Throws<OperationCanceledException>(
            () => FileLock.Acquire(_second, s_range, LockMode.Exclusive, source.Token));
        Assert.Throws<OperationCanceledException>(
            () => FileLock.Acquire(_second, new ByteRange(90, 1), LockMode.Exclusive, source.Token));
    }

    [Test]
    public void Acquire_WhenTheHolderReleases_GetsTheLock([Values] bool cancellable)
    {
        FileLock held = FileLock.Acquire(_first, s_range, LockMode.Exclusive);
        using CancellationTokenSource source = new();
        using ManualResetEventSlim started = new();
        Task waiter = Task.Run(() =>
        {
            started.Set();
            using FileLock got = FileLock.Acquire(
                _second, s_range, LockMode.Exclusive, cancellable ? source.Token : default);
        });
        started.Wait();
        held.Dispose();
        waiter.Wait();
    }

    [Test]
    public void TryFindConflict_LockedRange_DescribesTheLock()
    {
        Assert.That(FileLock.TryFindConflict(_second, ByteRange.All, LockMode.Exclusive, out _), Is.False);
        using FileLock held = FileLock.Acquire(_first, s_range, LockMode.Shared);
        Assert.That(FileLock.TryFindConflict(_second, ByteRange.All, LockMode.Exclusive, out LockConflict conflict));
        if (!OperatingSystem.IsWindows())
            Assert.That(conflict, Is.EqualTo(new LockConflict(LockMode.Shared, s_range, 0)));
        Assert.That(FileLock.TryFindConflict(_second, s_range, LockMode.Shared, out _), Is.False);
        Assert.That(FileLock.TryFindConflict(_first, new ByteRange(50, 5), LockMode.Exclusive, out _), Is.False);
    }

    [Test]
    public void Lock_ManyThreadsCounting_ExcludeEachOther()
    {
        const int rounds = 300;
        int inside = 0;
        int counter = 0;
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                using FileHandle file = FileHandle.Open(_directory["a"], FileOpenOptions.ReadWrite);
                for (int round = 0; round < rounds; round++)
                {
                    using FileLock held = FileLock.Acquire(file, s_range, LockMode.Exclusive);
                    Assert.That(Interlocked.Increment(ref inside), Is.EqualTo(1));
                    counter++;
                    Interlocked.Decrement(ref inside);
                }
            });
            threads[i].Start();
        }
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(counter, Is.EqualTo(rounds * threads.Length));
    }

    [Test]
    public void Calls_BadArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ByteRange(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ByteRange(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new ByteRange(long.MaxValue, 1));
        Assert.Throws<ArgumentException>(() => FileLock.TryLock(_first, default, LockMode.Shared));
        Assert.Throws<ArgumentOutOfRangeException>(() => FileLock.TryLock(_first, s_range, (LockMode)7));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => FileLock.Lock(_first, s_range, LockMode.Shared, TimeSpan.FromSeconds(-2)));
        Assert.Throws<ArgumentNullException>(() => FileLock.TryLock(null!, s_range, LockMode.Shared));
        _first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => FileLock.TryLock(_first, s_range, LockMode.Shared));
    }

    [Test]
    public void TryLockAndUnlock_WarmedUp_AllocateNothing()
    {
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                FileLock.TryLock(_first, s_range, LockMode.Exclusive);
                FileLock.TryLock(_second, s_range, LockMode.Exclusive);
                FileLock.Unlock(_first, s_range);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Round();
        Assert.That(Round(), Is.Zero);
    }
}
