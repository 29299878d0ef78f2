using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Owners;

public sealed class PinnedArrayPoolTests
{
    private static nint AddressOf(Array array) => Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);

    [Test]
    public void RentReturn_Randomised_NoArrayIsOutTwiceAndNoneMoves()
    {
        int seed = TestEffort.Seed();
        Random random = new(seed);
        PinnedArrayPool<int> pool = new(4);
        Dictionary<int[], nint> rented = new(ReferenceEqualityComparer.Instance as IEqualityComparer<int[]>);
        for (int i = 0; i < 20_000 * TestEffort.Factor; i++)
        {
            if (rented.Count > 0 && random.Next(2) == 0)
            {
                (int[] array, nint address) = rented.ElementAt(random.Next(rented.Count));
                Assert.That(AddressOf(array), Is.EqualTo(address), $"seed {seed}");
                rented.Remove(array);
                pool.Return(array, random.Next(4) == 0);
            }
            else if (rented.Count < 60)
            {
                int wanted = random.Next(0, 5000);
                int[] array = pool.Rent(wanted);
                Assert.That(array.Length, Is.GreaterThanOrEqualTo(wanted));
                Assert.That(rented.TryAdd(array, AddressOf(array)), Is.True, $"seed {seed}");
            }
            if (i % 5000 == 0) GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        }
    }

    [Test]
    public void RentReturn_ManyThreadsExchanging_NoArrayIsOutTwice()
    {
        PinnedArrayPool<long> pool = new();
        long[]?[] exchange = new long[]?[64];
        int twice = 0;
        Thread[] threads = [.. Enumerable.Range(1, 4).Select(id => new Thread(() =>
        {
            Random random = new(id);
            for (int i = 0; i < 20_000 * TestEffort.Factor; i++)
            {
                long[] array = pool.Rent(random.Next(1, 200));
                // Whoever has it out marks it; a second owner would find the mark.
                if (Interlocked.Exchange(ref array[0], id) != 0) Interlocked.Increment(ref twice);
                if (Interlocked.Exchange(ref exchange[random.Next(64)], array) is not { } other) continue;
                if (Interlocked.Exchange(ref other[0], 0) == 0) Interlocked.Increment(ref twice);
                pool.Return(other);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(twice, Is.Zero);
    }

    [Test]
    public void Pools_MoreThanAThreadRemembers_KeepApart()
    {
        PinnedArrayPool<byte>[] pools = [.. Enumerable.Range(0, 20).Select(_ => new PinnedArrayPool<byte>())];
        Dictionary<byte[], int> owner = new(ReferenceEqualityComparer.Instance as IEqualityComparer<byte[]>);
        for (int round = 0; round < 30; round++)
        {
            for (int p = 0; p < pools.Length; p++)
            {
                byte[] array = pools[p].Rent(100);
                if (!owner.TryAdd(array, p)) Assert.That(owner[array], Is.EqualTo(p));
                pools[p].Return(array);
            }
        }
        Assert.That(() => pools[1].Return(pools[0].Rent(100)), Throws.ArgumentException);
    }

    [Test]
    public void Return_ForeignOrReturnedBefore_Throws()
    {
        PinnedArrayPool<byte> pool = new();
        byte[] array = pool.Rent(64);
        pool.Return(array);
        Assert.That(() => pool.Return(array), Throws.ArgumentException);
        Assert.That(() => pool.Return(new byte[64]), Throws.ArgumentException, "it could move");
        Assert.That(() => pool.Return([]), Throws.ArgumentException);
        Assert.That(() => pool.Rent(-5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(pool.Rent(50), Is.SameAs(array));
    }

    [Test]
    public void Return_Clear_ClearsTheArray()
    {
        PinnedArrayPool<short> pool = new();
        short[] array = pool.Rent(100);
        array.AsSpan().Fill(5);
        pool.Return(array, clearArray: true);
        Assert.That(pool.Rent(100), Is.SameAs(array));
        Assert.That(array.AsSpan().IndexOfAnyExcept((short)0), Is.EqualTo(-1));
    }

    [Test]
    public void Threads_ThatEnd_LeaveNothingDangling()
    {
        PinnedArrayPool<byte> pool = new();
        for (int i = 0; i < 50; i++)
        {
            Thread thread = new(() => pool.Return(pool.Rent(1000)));
            thread.Start();
            thread.Join();
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        byte[] array = pool.Rent(1000);
        array.AsSpan().Fill(1);
        pool.Return(array);
        Assert.That(pool.Rent(1000), Is.SameAs(array));
    }

    [Test]
    public void RentReturn_AfterWarmUp_AllocatesNoManagedMemory()
    {
        PinnedArrayPool<byte> pool = new();
        pool.Return(pool.Rent(1000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.Return(pool.Rent(1000));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
