namespace Gabbro.Alloc.Tests.Pools;

public sealed unsafe class ThreadLocalPoolTests
{
    [Test]
    public void Part_RentReturn_SharesItsThreadsBlocksWithThePool()
    {
        using ThreadLocalPool pool = new(100);
        ThreadLocalPoolPart part = pool.GetPart();
        HashSet<nuint> seen = [];
        for (int i = 0; i < 3000; i++) Assert.That(seen.Add((nuint)(i % 2 == 0 ? part.Rent() : pool.Rent())), Is.True);
        Assert.That(pool.RentedCount, Is.EqualTo(3000));
        int returned = 0;
        foreach (nuint block in seen)
        {
            Assert.That(block % 64, Is.EqualTo((nuint)0));
            if (returned++ % 3 == 0) pool.Return((void*)block);
            else part.Return((void*)block);
        }
        part.Return(null);
        Assert.That(pool.RentedCount, Is.Zero);
    }

    [Test]
    public void Part_BlocksOfOtherThreads_GoBackToWhereTheyCameFrom()
    {
        using ThreadLocalPool pool = new(64);
        for (int round = 0; round < 20; round++)
        {
            nuint[] blocks = new nuint[2000];
            Thread thread = new(() =>
            {
                ThreadLocalPoolPart part = pool.GetPart();
                for (int i = 0; i < blocks.Length; i++) *(long*)(blocks[i] = (nuint)part.Rent()) = i;
            });
            thread.Start();
            thread.Join();
            ThreadLocalPoolPart mine = pool.GetPart();
            for (int i = 0; i < blocks.Length; i++)
            {
                Assert.That(*(long*)blocks[i], Is.EqualTo(i));
                mine.Return((void*)blocks[i]);
            }
        }
        Assert.That(pool.RentedCount, Is.Zero);
    }

    [Test]
    public void Return_ForeignBlock_Throws()
    {
        using ThreadLocalPool pool = new(64);
        using ThreadLocalPool other = new(64);
        void* block = other.Rent();
        pool.Return(pool.Rent());
        Assert.That(() => pool.Return(block), Throws.TypeOf<HeapMisuseException>());
        Assert.That(() => pool.GetPart().Return(block), Throws.TypeOf<HeapMisuseException>());
        other.Return(block);
    }

    [Test]
    public void Use_AfterDispose_Throws()
    {
        ThreadLocalPool pool = new(64);
        void* block = pool.Rent();
        pool.Return(pool.Rent());
        pool.Dispose();
        pool.Dispose();
        Assert.That(() => { pool.Rent(); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => pool.Return(block), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { pool.GetPart(); }, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Part_AfterDispose_Throws()
    {
        ThreadLocalPool pool = new(64);
        Assert.That(
            () =>
            {
                ThreadLocalPoolPart part = pool.GetPart();
                part.Return(part.Rent());
                pool.Dispose();
                part.Rent();
            },
            Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void RentReturn_AfterWarmUp_AllocatesNoManagedMemory()
    {
        using ThreadLocalPool pool = new(1000);
        ThreadLocalPoolPart part = pool.GetPart();
        pool.Return(part.Rent());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            pool.Return(part.Rent());
            part.Return(pool.Rent());
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
