using Gabbro.Platform.Memory;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Tests.Native;

namespace Gabbro.Platform.Tests.Memory;

public sealed class MirroredBufferTests
{
    [Test]
    public unsafe void MirroredBuffer_WritesAcrossTheEnd_AreContiguous()
    {
        using MirroredBuffer ring = new(1000);
        Assert.That((ulong)ring.Capacity % VirtualMemory.AllocationGranularity, Is.Zero);
        Span<byte> across = ring.GetSpan(ring.Capacity - 3, 6);
        "abcdef"u8.CopyTo(across);
        Assert.That(ring.GetSpan(0, 3).SequenceEqual("def"u8));
        Assert.That(ring.GetSpan((ulong)ring.Capacity * 5, 3).SequenceEqual("def"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.GetSpan(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.GetSpan(0, (int)ring.Capacity + 1));
        ring.Dispose();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = ring.Pointer);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new MirroredBuffer(0));
    }

    [Test]
    public void MirroredBuffer_WithoutMemoryFiles_UsesAnUnlinkedFile()
    {
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            call == "memfd_create" ? NativeOutcome.Fail(LinuxErrors.ENOSYS) : NativeOutcome.Proceed);
        using MirroredBuffer ring = new(5000);
        ring.GetSpan(0, 1)[0] = 7;
        Assert.That(ring.GetSpan(ring.Capacity - 1, 2)[1], Is.EqualTo(7));
    }
}
