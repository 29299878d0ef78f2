using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Files;

namespace Gabbro.Reactor.Tests.Files;

public sealed class LoopFileTests
{
    [Test]
    public void ReadAsync_WhatWasWritten_IsThereAndTheLoopGoesOn()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gabbro-{Guid.NewGuid():N}");
        using EventLoop loop = new();
        try
        {
            loop.Run(async () =>
            {
                using LoopFile file = await LoopFile.OpenAsync(loop, path, FileOpenOptions.CreateNew with { Access = FileOpenAccess.ReadWrite });
                await file.WriteAsync("hello world"u8.ToArray(), 0);
                await file.SyncAsync();
                Assert.That(await file.GetLengthAsync(), Is.EqualTo(11));
                byte[] buffer = new byte[20];
                Assert.That(await file.ReadAsync(buffer, 6), Is.EqualTo(5));
                Assert.That(buffer.AsSpan(0, 5).SequenceEqual("world"u8), Is.True);
                Assert.That(loop.IsOnLoopThread, Is.True);
                await Assert.ThatAsync(async () => await LoopFile.OpenAsync(loop, path + "-not"), Throws.TypeOf<PlatformException>());
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Calls_Warm_AllocateNothingOnTheLoop()
    {
        string path = Path.GetTempFileName();
        using EventLoop loop = new();
        long allocated = -1;
        loop.Run(async () =>
        {
            using LoopFile file = await LoopFile.OpenAsync(loop, path, FileOpenOptions.ReadWrite);
            byte[] buffer = new byte[100];
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                await file.WriteAsync(buffer, i);
                if (await file.ReadAsync(buffer, i) != 100 || await file.GetLengthAsync() != 100 + i)
                    throw new InvalidOperationException("wrong");
            }

            allocated = windows.Least;
        });
        File.Delete(path);
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Calls_ManyAtOnce_AllComeBackRight()
    {
        string path = Path.GetTempFileName();
        using EventLoop loop = new();
        loop.Run(async () =>
        {
            using LoopFile file = await LoopFile.OpenAsync(loop, path, FileOpenOptions.ReadWrite);
            async Task One(int i)
            {
                byte[] mine = BitConverter.GetBytes(i);
                await file.WriteAsync(mine, i * 4L);
                byte[] back = new byte[4];
                Assert.That(await file.ReadAsync(back, i * 4L), Is.EqualTo(4));
                Assert.That(back, Is.EqualTo(mine));
            }

            for (int round = 0; round < 5; round++)
                await Task.WhenAll(Enumerable.Range(0, 100).Select(One));
        });
        File.Delete(path);
    }

    [Test]
    public void Calls_CanceledFullOrFailing_AreTold()
    {
        string path = Path.GetTempFileName();
        using EventLoop loop = new(new EventLoopOptions { BlockingThreads = 1, BlockingQueueLength = 2 });
        using ManualResetEventSlim hold = new();
        loop.Run(async () =>
        {
            LoopFile file = await LoopFile.OpenAsync(loop, path, FileOpenOptions.ReadWrite);
            using ManualResetEventSlim held = new();
            Task holding = loop.Blocking.RunAsync(() =>
            {
                held.Set();
                hold.Wait();
            });
            held.Wait();
            using CancellationTokenSource cancel = new();
            byte[] buffer = new byte[1];
            Task<int> waiting = file.ReadAsync(buffer, 0, cancel.Token).AsTask();
            Task<long> kept = file.GetLengthAsync().AsTask();
            await Assert.ThatAsync(async () => await file.SyncAsync(), Throws.InvalidOperationException, "the queue is full");
            await cancel.CancelAsync();
            await Assert.ThatAsync(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
            await Assert.ThatAsync(async () => await file.ReadAsync(buffer, 0, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
            hold.Set();
            await holding;
            Assert.That(await kept, Is.Zero);
            Assert.That(() => file.ReadAsync(buffer, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
            file.Dispose();
            await Assert.ThatAsync(async () => await file.ReadAsync(buffer, 0), Throws.TypeOf<ObjectDisposedException>());
            using LoopFile readOnly = await LoopFile.OpenAsync(loop, path);
            await Assert.ThatAsync(async () => await readOnly.WriteAsync(buffer, 0), Throws.TypeOf<PlatformException>());
        });
        File.Delete(path);
    }
}
