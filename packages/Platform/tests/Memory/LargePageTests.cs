using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Tests.Memory;

public sealed class LargePageTests
{
    [Test]
    public unsafe void LargePagesAndNodes_AskedFor_AnswerHonestly()
    {
        foreach (nuint size in VirtualMemory.GetLargePageSizes())
        {
            if (VirtualMemory.TryAllocateLarge(size, size, out void* memory, out NativeError error))
            {
                *(byte*)memory = 1;
                VirtualMemory.Release(memory, size);
            }
            else
            {
                Assert.That(memory is null);
                Assert.That(error.IsError);
            }
        }
        Assert.Throws<ArgumentException>(() => VirtualMemory.TryAllocateLarge(1, VirtualMemory.PageSize, out _, out _));
        nuint page = VirtualMemory.PageSize;
        Assert.That(VirtualMemory.TryAllocate(page, 0, out void* one, out _));
        ErrorKind bound = VirtualMemory.TryBindToNodes(one, page, NumaPolicy.Bind, 0).Kind;
        Assert.That(bound, Is.EqualTo(ErrorKind.None).Or.EqualTo(ErrorKind.NotSupported).Or.EqualTo(ErrorKind.NotImplemented));
        *(byte*)one = 1;
        if (!VirtualMemory.TryGetNode(one, out int node).IsError)
            Assert.That(node, Is.Zero);
        byte* start = (byte*)one;
        Assert.Throws<ArgumentException>(() => VirtualMemory.TryBindToNodes(start, page, NumaPolicy.Bind));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.TryBindToNodes(start, page, NumaPolicy.Bind, 5000));
        Assert.That(VirtualMemory.TryLock(one, page).IsError, Is.False);
        Assert.That(VirtualMemory.TryUnlock(one, page).IsError, Is.False);
        VirtualMemory.Release(one, page);
    }
}
