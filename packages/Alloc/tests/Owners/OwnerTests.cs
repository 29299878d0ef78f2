using System.Buffers;

namespace Gabbro.Alloc.Tests.Owners;

public sealed unsafe class OwnerTests
{
    [Test]
    public void NativeBuffer_SpanMemoryAndIndexer_SeeTheSameElements()
    {
        using NativeBuffer<int> buffer = new(1000);
        Assert.That(buffer.Span.IndexOfAnyExcept(0), Is.EqualTo(-1));
        buffer[999] = 5;
        Assert.That(buffer.Memory.Span[999], Is.EqualTo(5));
        Assert.That(buffer.GetSpan(998, 2)[1], Is.EqualTo(5));
        using MemoryHandle handle = buffer.Pin(999);
        Assert.That(*(int*)handle.Pointer, Is.EqualTo(5));
        Assert.That(() => buffer[1000], Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => { buffer.GetSpan(999, 2); }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => { buffer.GetSpan(0, -1); }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => { buffer.Pin(1001); }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void NativeBuffer_BeyondTwoGiB_IsAddressable()
    {
        nuint length = ((nuint)1 << 31) + 4096;
        using NativeBuffer<byte> buffer = new(length, NativeHeap.Shared, 4096, zeroed: false);
        buffer[length - 1] = 9;
        Assert.That(buffer.GetSpan(length - 10, 10)[9], Is.EqualTo(9));
        Assert.That((ulong)buffer.Pointer % 4096, Is.Zero);
        Assert.That(() => { _ = buffer.Span; }, Throws.InvalidOperationException);
    }

    [Test]
    public void NativeBuffer_Disposed_ThrowsAndFreesOnce()
    {
        using NativeHeap heap = new();
        NativeBuffer<long> buffer = new(10, heap);
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
        Assert.That(() => { _ = buffer.Span; }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { _ = buffer[0]; }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => new NativeBuffer<long>(nuint.MaxValue), Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => new NativeBuffer<long>(1, null!), Throws.ArgumentNullException);
    }

    [Test]
    public void NativeMemoryPool_Rent_GivesWhatWasAskedFor()
    {
        using NativeHeap heap = new();
        using NativeMemoryPool<double> pool = new(heap);
        using (IMemoryOwner<double> owner = pool.Rent(100))
        {
            Assert.That(owner.Memory.Length, Is.EqualTo(100));
            owner.Memory.Span.Fill(1);
        }
        using (IMemoryOwner<double> owner = pool.Rent()) Assert.That(owner.Memory.Length, Is.EqualTo(512));
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
        Assert.That(() => pool.Rent(-2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void PinnedArrayPool_RentReturn_ReusesArraysThatDoNotMove()
    {
        PinnedArrayPool<byte> pool = new();
        byte[] array = pool.Rent(1000);
        Assert.That(array, Has.Length.EqualTo(1024));
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        GC.Collect();
        Assert.That(System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0), Is.EqualTo(address));
        pool.Return(array);
        Assert.That(pool.Rent(600), Is.SameAs(array));
        Assert.That(pool.Rent(0), Has.Length.EqualTo(16));
        Assert.That(pool.Rent(17), Has.Length.EqualTo(32));
        Assert.That(() => pool.Return(new byte[100]), Throws.ArgumentException);
        Assert.That(() => pool.Rent(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => pool.Return(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void ThreadLocalPool_ManyThreads_BlocksNeverShareALine()
    {
        using ThreadLocalPool pool = new(24);
        System.Collections.Concurrent.ConcurrentDictionary<nuint, int> lines = new();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                void* block = pool.Rent();
                if ((nuint)block % 64 != 0 || !lines.TryAdd((nuint)block / 64, t)) lines[0] = -1;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(lines.ContainsKey(0), Is.False);
        Assert.That(pool.RentedCount, Is.EqualTo(4000));
        foreach (nuint line in lines.Keys) pool.Return((void*)(line * 64));
        Assert.That(pool.RentedCount, Is.Zero);
        Assert.That(() => new ThreadLocalPool(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
