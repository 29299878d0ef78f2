using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Tests.Native;

namespace Gabbro.Platform.Tests.Files;

public sealed class FileHandleTests
{
    [Test]
    public void Open_MissingFile_ThrowsNotFoundNamingThePath()
    {
        using TemporaryDirectory directory = new();
        PlatformException thrown = Assert.Throws<PlatformException>(() => FileHandle.Open(directory["absent"]));
        Assert.That(thrown.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(thrown.Target, Is.EqualTo(directory["absent"]));
        Assert.That(thrown.Operation, Is.EqualTo("open"));
    }

    [Test]
    public void TryOpen_MissingFile_ReturnsTheErrorAsValue()
    {
        using TemporaryDirectory directory = new();
        bool opened = FileHandle.TryOpen(directory["absent"], default, out FileHandle? file, out NativeError error);
        Assert.That(opened, Is.False);
        Assert.That(file, Is.Null);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public void Open_CreateNewOnExisting_AlreadyExists()
    {
        using TemporaryDirectory directory = new();
        directory.Create("a").Dispose();
        PlatformException thrown = Assert.Throws<PlatformException>(
            () => FileHandle.Open(directory["a"], FileOpenOptions.CreateNew));
        Assert.That(thrown.Kind, Is.EqualTo(ErrorKind.AlreadyExists));
    }

    [Test]
    public void Open_CreateOrTruncate_EmptiesTheFile()
    {
        using TemporaryDirectory directory = new();
        directory.Create("a", "contents").Dispose();
        using FileHandle file = FileHandle.Open(directory["a"], FileOpenOptions.CreateOrTruncate);
        Assert.That(file.Length, Is.Zero);
    }

    [Test]
    public void Open_WithContradictingOptions_ThrowsBeforeAnyEffect()
    {
        using TemporaryDirectory directory = new();
        string path = directory["a"];
        Assert.Throws<ArgumentException>(() => FileHandle.Open(path, new() { Creation = FileCreation.CreateOrTruncate }));
        Assert.Throws<ArgumentException>(() => FileHandle.Open(path, new() { Flags = FileOpenFlags.Append }));
        Assert.Throws<ArgumentException>(() => FileHandle.Open(path, new() { Flags = (FileOpenFlags)(1 << 30) }));
        Assert.Throws<ArgumentException>(() => FileHandle.Open(path, new() { Access = (FileOpenAccess)9 }));
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Open_ZeroInPath_ThrowsArgument()
    {
        Assert.Throws<ArgumentException>(() => FileHandle.Open("a\0b"));
        Assert.Throws<ArgumentException>(() => FileHandle.Open("a\0b"u8));
        Assert.Throws<ArgumentNullException>(() => FileHandle.Open((string)null!));
    }

    [Test]
    public void Open_OverlongPath_NameTooLong()
    {
        PlatformException thrown = Assert.Throws<PlatformException>(() => FileHandle.Open("/" + new string('x', 70_000)));
        Assert.That(thrown.Kind, Is.EqualTo(ErrorKind.NameTooLong));
    }

    [Test]
    public void WriteAllAt_ThenReadExactlyAt_RoundTrips()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a");
        byte[] written = new byte[100_000];
        new Random(7).NextBytes(written);
        file.WriteAllAt(written, 3);
        byte[] read = new byte[written.Length];
        file.ReadExactlyAt(read, 3);
        Assert.That(read, Is.EqualTo(written));
        Assert.That(file.Length, Is.EqualTo(written.Length + 3));
        Assert.Throws<EndOfStreamException>(() => file.ReadExactlyAt(read, 4));
    }

    [Test]
    public void WriteAllAt_ShortCountsAndInterrupts_WritesEverything()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a");
        byte[] written = new byte[5000];
        new Random(7).NextBytes(written);
        int turn = 0;
        using (new ScriptedInterceptor((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
        {
            count = Math.Min(count, 7);
            return ++turn % 3 == 0 ? NativeOutcome.Fail(LinuxErrors.EINTR) : NativeOutcome.Proceed;
        }))
        {
            file.WriteAllAt(written, 0);
        }
        byte[] read = new byte[written.Length];
        file.ReadExactlyAt(read, 0);
        Assert.That(read, Is.EqualTo(written));
    }

    [Test]
    public void Write_SystemWritesNothing_FailsInsteadOfLooping()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a");
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            call == "write" ? NativeOutcome.Return(0) : call == "WriteFile" ? NativeOutcome.Return(1) : NativeOutcome.Proceed);
        PlatformException thrown = Assert.Throws<PlatformException>(() => file.WriteAll("x"u8));
        Assert.That(thrown.Kind, Is.EqualTo(ErrorKind.IoError));
    }

    [Test]
    public void ReadAndWrite_SharePosition_AppendGoesToTheEnd()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "0123456789");
        byte[] two = new byte[2];
        // Positional writes move the position on Windows.
        file.Seek(0, SeekOrigin.Begin);
        Assert.That(file.Read(two), Is.EqualTo(2));
        Assert.That(two, Is.EqualTo("01"u8.ToArray()));
        Assert.That(file.Seek(0, SeekOrigin.Current), Is.EqualTo(2));
        using FileHandle append = FileHandle.Open(
            directory["a"], new() { Access = FileOpenAccess.Write, Flags = FileOpenFlags.Append });
        append.WriteAll("ab"u8);
        Assert.That(file.Length, Is.EqualTo(12));
        Assert.That(file.Seek(-2, SeekOrigin.End), Is.EqualTo(10));
        Assert.That(file.Read(two), Is.EqualTo(2));
        Assert.That(two, Is.EqualTo("ab"u8.ToArray()));
        Assert.That(file.Read(two), Is.Zero);
    }

    [Test]
    public void SetLength_GrowsWithZerosAndCuts()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        file.SetLength(5);
        byte[] read = new byte[8];
        Assert.That(file.ReadFullyAt(read, 0), Is.EqualTo(5));
        Assert.That(read[..5], Is.EqualTo("abc\0\0"u8.ToArray()));
        file.SetLength(1);
        Assert.That(file.Length, Is.EqualTo(1));
    }

    [Test]
    public void Allocate_Range_ReservesStorageAndExtends()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        file.Allocate(0, 1 << 20);
        FileStatus status = file.GetStatus();
        Assert.That(status.Length, Is.EqualTo(1 << 20));
        Assert.That(status.AllocatedLength, Is.GreaterThanOrEqualTo(1 << 20));
    }

    [Test]
    public void Sync_OpenFile_Succeeds()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        file.Sync();
        file.SyncData();
        directory.Handle.Sync();
    }

    [Test]
    public void GetStatus_NewFile_TellsEverything()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        FileStatus status = file.GetStatus();
        Assert.That(status.Type, Is.EqualTo(FileType.Regular));
        Assert.That(status.Length, Is.EqualTo(3));
        Assert.That(status.LinkCount, Is.EqualTo(1));
        Assert.That(status.FileId, Is.Not.EqualTo(UInt128.Zero));
        Assert.That(
            status.ModificationTime.ToDateTimeOffset().UtcDateTime,
            Is.EqualTo(File.GetLastWriteTimeUtc(directory["a"])));
        Assert.That(directory.Handle.GetStatus("a").IsSameFile(status));
    }

    [Test]
    public void Duplicate_SharesPositionAndOutlivesTheFirst()
    {
        using TemporaryDirectory directory = new();
        FileHandle file = directory.Create("a", "abc");
        using FileHandle copy = file.Duplicate();
        file.Seek(1, SeekOrigin.Begin);
        file.Dispose();
        byte[] read = new byte[2];
        Assert.That(copy.Read(read), Is.EqualTo(2));
        Assert.That(read, Is.EqualTo("bc"u8.ToArray()));
    }

    [Test]
    public void Calls_AfterDispose_ThrowObjectDisposed()
    {
        using TemporaryDirectory directory = new();
        FileHandle file = directory.Create("a", "abc");
        file.Dispose();
        file.Dispose();
        byte[] read = new byte[2];
        Assert.Throws<ObjectDisposedException>(() => file.Read(read));
        Assert.Throws<ObjectDisposedException>(() => file.ReadAt(read, 0));
        Assert.Throws<ObjectDisposedException>(() => file.WriteAt(read, 0));
        Assert.Throws<ObjectDisposedException>(() => file.Sync());
        Assert.Throws<ObjectDisposedException>(() => file.GetStatus());
        Assert.Throws<ObjectDisposedException>(() => file.Duplicate());
    }

    [Test]
    public void Calls_NegativeArguments_ThrowBeforeAnyEffect()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        byte[] buffer = new byte[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadAt(buffer, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.WriteAt(buffer, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.WriteAllAt(default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.SetLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Allocate(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Allocate(long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Seek(0, (SeekOrigin)3));
        Assert.Throws<ArgumentOutOfRangeException>(() => FileHandle.FromDescriptor(-1, true));
        Assert.That(file.Length, Is.EqualTo(3));
    }

    [Test]
    public void FromDescriptor_NotOpen_InvalidHandle()
    {
        using FileHandle file = FileHandle.FromDescriptor(1_000_000, ownsHandle: false);
        byte[] buffer = new byte[2];
        Assert.That(file.TryReadAt(buffer, 0, out _, out NativeError error), Is.False);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.InvalidHandle));
    }

    [Test]
    public void TransfersAndStatus_WarmedUp_AllocateNothing()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", new string('x', 4096));
        byte[] buffer = new byte[64];
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                file.ReadAt(buffer, 64);
                file.WriteAt(buffer, 64);
                file.Seek(0, SeekOrigin.Begin);
                file.Read(buffer);
                file.Write(buffer);
                _ = file.GetStatus();
                _ = directory.Handle.TryGetStatus("a"u8, true, out _);
                _ = directory.Handle.TryGetStatus("absent"u8, true, out _);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Round();
        Assert.That(Round(), Is.Zero);
    }

    [Test]
    public void Unnamed_LinkTo_GivesTheFileAName()
    {
        using TemporaryDirectory directory = new();
        FileOpenOptions options = new() { Access = FileOpenAccess.ReadWrite, Creation = FileCreation.Unnamed };
        if (!FileHandle.TryOpen(directory.Path, options, out FileHandle? file, out NativeError error))
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
            return;
        }
        using (file)
        {
            Assert.That(Directory.GetFiles(directory.Path), Is.Empty);
            file.WriteAll("late"u8);
            file.LinkTo(directory["named"]);
        }
        Assert.That(File.ReadAllText(directory["named"]), Is.EqualTo("late"));
    }

    [Test]
    public void Direct_AlignedTransfer_RoundTrips()
    {
        using TemporaryDirectory directory = new();
        FileOpenOptions options = FileOpenOptions.CreateNew with { Flags = FileOpenFlags.Direct };
        if (!FileHandle.TryOpen(directory["a"], options, out FileHandle? file, out NativeError error))
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.InvalidArgument), "a file system without direct I/O");
            return;
        }
        using (file)
        {
            DirectAlignment alignment = file.GetDirectAlignment();
            Assert.That(alignment.RoundUp(1), Is.EqualTo(alignment.Offset));
            Assert.That(alignment.RoundDown(alignment.Offset + 1), Is.EqualTo(alignment.Offset));
            unsafe
            {
                nuint size = (nuint)Math.Max(alignment.Memory, alignment.Offset);
                byte* memory = (byte*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(size, size);
                Span<byte> buffer = new(memory, alignment.Offset);
                buffer.Fill(0x5A);
                Assert.That(alignment.IsAligned(buffer, 0));
                Assert.That(alignment.IsAligned(buffer, 1), Is.False);
                file.WriteAllAt(buffer, 0);
                buffer.Clear();
                file.ReadExactlyAt(buffer, 0);
                Assert.That(buffer.IndexOfAnyExcept((byte)0x5A), Is.EqualTo(-1));
                System.Runtime.InteropServices.NativeMemory.AlignedFree(memory);
            }
        }
    }
}
