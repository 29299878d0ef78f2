using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Pools;

public sealed unsafe class FixedPoolTests
{
    [Test]
    public void RentReturn_Randomised_BlocksKeepTheirContents([Values(1, 8, 24, 64, 1000, 70_000)] int bytes)
    {
        int seed = TestEffort.Seed();
        Random random = new(seed);
        using FixedPool pool = new(bytes);
        List<(nuint Block, byte Fill)> live = [];
        for (int i = 0; i < 4000 * TestEffort.Factor; i++)
        {
            if (live.Count > 0 && random.Next(5) < 2)
            {
                int index = random.Next(live.Count);
                (nuint block, byte fill) = live[index];
                live[index] = live[^1];
                live.RemoveAt(live.Count - 1);
                Assert.That(new ReadOnlySpan<byte>((void*)block, bytes).IndexOfAnyExcept(fill), Is.EqualTo(-1), $"seed {seed}");
                pool.Return((void*)block);
            }
            else if (live.Count < 500)
            {
                byte fill = (byte)random.Next(256);
                void* block = pool.Rent();
                Assert.That((ulong)block % 16, Is.Zero);
                NativeMemory.Fill(block, (nuint)bytes, fill);
                live.Add(((nuint)block, fill));
            }
            Assert.That(pool.RentedCount, Is.EqualTo(live.Count));
        }
    }

    [Test]
    public void Rent_Alignment_Holds([Values(8, 64, 512, 4096)] int alignment)
    {
        using FixedPool pool = new(100, alignment);
        for (int i = 0; i < 200; i++) Assert.That((ulong)pool.Rent() % (ulong)alignment, Is.Zero);
    }

    [Test]
    public void Reset_TakesEverythingBack()
    {
        using FixedPool pool = new(64);
        for (int i = 0; i < 10_000; i++) pool.Rent();
        pool.Reset();
        Assert.That(pool.RentedCount, Is.Zero);
        HashSet<nuint> seen = [];
        for (int i = 0; i < 10_000; i++) Assert.That(seen.Add((nuint)pool.RentZeroed()), Is.True);
    }

    [Test]
    public void Constructor_BadArguments_Throw()
    {
        Assert.That(() => new FixedPool(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FixedPool((1 << 20) + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FixedPool(8, 24), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FixedPool(8, 8192), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Rent_AfterDispose_Throws()
    {
        FixedPool pool = new(8);
        void* block = pool.Rent();
        pool.Return(null);
        pool.Dispose();
        pool.Dispose();
        pool.Return(block);
        Assert.That(() => { pool.Rent(); }, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void RentReturn_AfterWarmUp_AllocatesNoManagedMemory()
    {
        using FixedPool pool = new(128);
        pool.Return(pool.Rent());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.Return(pool.Rent());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
