namespace Gabbro.Scheduler.Tests.Pool;

[TestFixture(1, WaitPolicy.Steal)]
[TestFixture(2, WaitPolicy.Steal)]
[TestFixture(4, WaitPolicy.Steal)]
[TestFixture(16, WaitPolicy.Steal)]
[TestFixture(2, WaitPolicy.Isolate)]
[TestFixture(4, WaitPolicy.Isolate)]
internal sealed class JoinTests(int threads, WaitPolicy policy)
{
    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(new WorkPoolOptions { Threads = threads, WaitPolicy = policy });

    [TearDown]
    public void Stop() => _pool.Dispose();

    [Test]
    public void Join_Delegates_ReturnsBothResults()
    {
        var (a, b) = _pool.Join(() => 1, () => "two");
        Assert.That((a, b), Is.EqualTo((1, "two")));
    }

    [Test]
    public void Join_RecursionToTheLeaf_ComputesFibonacci()
    {
        for (var i = 0; i < 5 * TestEffort.Scale; i++)
            Assert.That(_pool.Run<Fib, long>(new Fib(22)), Is.EqualTo(17711));
    }

    [Test]
    public void Join_FirstThrows_SurfacesAfterSecondEnded()
    {
        for (var i = 0; i < 200; i++)
        {
            var ended = 0;
            var thrown = Assert.Throws<InvalidOperationException>(() => _pool.Join(
                () => throw new InvalidOperationException("first"),
                () =>
                {
                    Thread.SpinWait(100);
                    Volatile.Write(ref ended, 1);
                }));
            Assert.Multiple(() =>
            {
                Assert.That(thrown!.Message, Is.EqualTo("first"));
                Assert.That(ended, Is.EqualTo(1));
            });
        }
    }

    [Test]
    public void Join_SecondThrows_SurfacesWithItsStack()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => _pool.Join(() => { }, ThrowHere));
        Assert.That(thrown!.StackTrace, Does.Contain(nameof(ThrowHere)));
    }

    [Test]
    public void Join_BothThrow_SurfacesTheFirst()
    {
        for (var i = 0; i < 100; i++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => _pool.Join(
                () => throw new InvalidOperationException("first"), () => throw new ArgumentException("second")));
            Assert.That(thrown!.Message, Is.EqualTo("first"));
        }
    }

    [Test]
    public void Join_ThrowingLeavesOfDeepTree_LeaveThePoolWorking()
    {
        var random = new Random(TestEffort.Seed());
        for (var i = 0; i < 20 * TestEffort.Scale; i++)
        {
            var bad = random.Next(1 << 8);
            Assert.Throws<InvalidOperationException>(() => _pool.Run<ThrowingTree, int>(new ThrowingTree(0, 1 << 8, bad)));
            Assert.That(_pool.Run<Fib, long>(new Fib(12)), Is.EqualTo(144));
        }
    }

    [Test]
    public void Join_NullDelegate_Throws()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentNullException>(() => _pool.Join(null!, () => { }));
            Assert.Throws<ArgumentNullException>(() => _pool.Join(() => { }, null!));
            Assert.Throws<ArgumentNullException>(() => _pool.Join(() => 1, (Func<int>)null!));
            Assert.Throws<ArgumentNullException>(() => _pool.Run(null!));
            Assert.Throws<ArgumentNullException>(() => _pool.Post(null!));
            Assert.Throws<ArgumentNullException>(() => _pool.Isolate(null!));
        });
    }

    [Test]
    public void Join_CancelledToken_RunsNothing()
    {
        var ran = false;
        Assert.Throws<OperationCanceledException>(() =>
            _pool.Join(() => ran = true, () => ran = true, new CancellationToken(canceled: true)));
        Assert.That(ran, Is.False);
    }

    [Test]
    public void Join_AlternatingTypesAtOneDepth_GivesEachItsOwnResult()
    {
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = _pool.Join(() => i, () => $"{i}");
            var (c, d) = _pool.Join(() => (long)i, () => i * 0.5);
            Assert.That((a, b, c, d), Is.EqualTo((i, $"{i}", (long)i, i * 0.5)));
        }
    }

    [Test]
    public void Run_FromManyOutsideThreads_ServesAll()
    {
        var sum = 0L;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 100 * TestEffort.Scale; i++)
                Interlocked.Add(ref sum, _pool.Run<Fib, long>(new Fib(10)));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.That(sum, Is.EqualTo(8 * 100 * TestEffort.Scale * 55L));
    }

    private static void ThrowHere() => throw new InvalidOperationException("here");

    private readonly struct ThrowingTree(int from, int to, int bad) : IForkJob<int>
    {
        public int Run(ForkContext context)
        {
            if (to - from == 1)
                return from == bad ? throw new InvalidOperationException($"{from}") : from;
            var middle = (from + to) / 2;
            var (a, b) = context.Join<ThrowingTree, ThrowingTree, int, int>(
                new ThrowingTree(from, middle, bad), new ThrowingTree(middle, to, bad));
            return a + b;
        }
    }
}
