using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Tests.Memory;

public sealed class MappingGuardTests
{
    [Test]
    public void TryGuard_FileTruncated_ReadsZerosAndCounts()
    {
        using TemporaryDirectory directory = new();
        int page = (int)VirtualMemory.PageSize;
        using FileHandle file = directory.Create("a", new string('x', 8 * page));
        using FileMapping mapping = FileMapping.Create(file, 0, (nuint)(8 * page), FileMappingAccess.ReadWrite);
        NativeError error = mapping.TryGuard();
        if (error.IsError)
        {
            Assert.That(OperatingSystem.IsLinux(), Is.False, error.ToString());
            return;
        }
        Assert.That(mapping.TryGuard().IsError, Is.False);
        Span<byte> span = mapping.GetSpan(0, 8 * page);
        Assert.That(span[5 * page], Is.EqualTo((byte)'x'));
        Assert.That(mapping.FaultCount, Is.Zero);
        file.SetLength(2 * page);
        Assert.That(span[page], Is.EqualTo((byte)'x'));
        Assert.That(span[5 * page], Is.Zero);
        Assert.That(span[(5 * page) + 100], Is.Zero);
        Assert.That(mapping.FaultCount, Is.EqualTo(1));
        span[7 * page] = 1;
        Assert.That(mapping.FaultCount, Is.EqualTo(2));
        Assert.That(span[..(2 * page)].IndexOfAnyExcept((byte)'x'), Is.EqualTo(-1));
    }

    [Test]
    public void TryGuard_ManyThreadsAndCollections_NobodyDies()
    {
        using TemporaryDirectory directory = new();
        int page = (int)VirtualMemory.PageSize;
        const int pages = 64;
        using FileHandle file = directory.Create("a", new string('x', pages * page));
        for (int round = 0; round < 20; round++)
        {
            file.SetLength(pages * page);
            using FileMapping mapping = FileMapping.Create(file, 0, (nuint)(pages * page));
            if (mapping.TryGuard().IsError)
                return;
            using Barrier start = new(3);
            Thread[] readers = new Thread[2];
            for (int i = 0; i < readers.Length; i++)
            {
                readers[i] = new Thread(() =>
                {
                    start.SignalAndWait();
                    long sum = 0;
                    for (int pass = 0; pass < 20; pass++)
                    {
                        for (int at = 0; at < pages; at++)
                            sum += mapping.GetSpan((nuint)(at * page), 1)[0] + new byte[100].Length;
                    }
                    GC.KeepAlive(sum);
                });
                readers[i].Start();
            }
            start.SignalAndWait();
            file.SetLength(page);
            GC.Collect(0);
            foreach (Thread reader in readers)
                reader.Join();
        }
    }

    [Test]
    public void TryGuard_DisposedAndManyOthers_SlotsAreReused()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "xyz");
        for (int i = 0; i < 300; i++)
        {
            using FileMapping mapping = FileMapping.Create(file, 0, 3);
            if (mapping.TryGuard().IsError)
                return;
        }
        FileMapping disposed = FileMapping.Create(file, 0, 3);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.TryGuard());
    }

    [Test]
    public void Fault_OutsideEveryGuard_StillReachesTheRuntime()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "xyz");
        using FileMapping mapping = FileMapping.Create(file, 0, 3);
        if (mapping.TryGuard().IsError)
            return;
        string? nothing = null;
        Assert.Throws<NullReferenceException>(() => _ = nothing!.Length);
    }
}
