using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Tests.Memory;

public sealed unsafe class FileMappingTests
{
    [Test]
    public void Create_AtOddOffset_ShowsTheFile()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", new string('x', 5000) + "hello");
        using FileMapping mapping = FileMapping.Create(file, 5000, 5);
        Assert.That(mapping.GetSpan(0, 5).SequenceEqual("hello"u8));
        Assert.That(mapping.Pointer[4], Is.EqualTo((byte)'o'));
    }

    [Test]
    public void ReadWrite_Changes_ReachTheFile()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "hello");
        using (FileMapping mapping = FileMapping.Create(file, 0, 5, FileMappingAccess.ReadWrite))
        {
            mapping.GetSpan(0, 5)[0] = (byte)'j';
            mapping.Flush(0, 5);
        }
        byte[] read = new byte[5];
        file.ReadExactlyAt(read, 0);
        Assert.That(read, Is.EqualTo("jello"u8.ToArray()));
    }

    [Test]
    public void CopyOnWrite_Changes_StayPrivate()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "hello");
        using FileMapping mapping = FileMapping.Create(file, 0, 5, FileMappingAccess.CopyOnWrite);
        mapping.GetSpan(0, 5)[0] = (byte)'j';
        byte[] read = new byte[5];
        file.ReadExactlyAt(read, 0);
        Assert.That(read, Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public void Resize_AfterTheFileGrew_ShowsMore()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "hello");
        using FileMapping mapping = FileMapping.Create(file, 0, 5, FileMappingAccess.ReadWrite);
        file.SetLength(1 << 20);
        file.WriteAllAt("end"u8, (1 << 20) - 3);
        mapping.Resize(file, 1 << 20);
        Assert.That(mapping.GetSpan((1 << 20) - 3, 3).SequenceEqual("end"u8));
        Assert.That(mapping.GetSpan(0, 5).SequenceEqual("hello"u8));
    }

    [Test]
    public void TryRead_FileTruncatedUnderTheMapping_ReturnsWhatIsLeft()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", new string('x', 20_000));
        using FileMapping mapping = FileMapping.Create(file, 0, 20_000);
        if (OperatingSystem.IsWindows())
            return;
        file.SetLength(10);
        byte[] buffer = new byte[100];
        Assert.That(mapping.TryRead(file, 0, buffer, out int count, out _));
        Assert.That(count, Is.EqualTo(10));
        Assert.That(mapping.TryRead(file, 15_000, buffer, out count, out _));
        Assert.That(count, Is.Zero);
    }

    [Test]
    public void Calls_BadArguments_ThrowBeforeAnyEffect()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "hello");
        Assert.Throws<ArgumentOutOfRangeException>(() => FileMapping.Create(file, -1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => FileMapping.Create(file, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FileMapping.Create(file, 0, 5, (FileMappingAccess)9));
        FileMapping mapping = FileMapping.Create(file, 0, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.GetSpan(1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.GetSpan(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Flush(6, 0));
        mapping.Dispose();
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapping.GetSpan(0, 1));
        Assert.Throws<ObjectDisposedException>(() => _ = mapping.Pointer);
    }
}
