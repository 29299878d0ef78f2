using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Randomness;
using Gabbro.Platform.Tests.Native;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Tests.Files;

public sealed class FileOperationsTests
{
    [Test]
    public unsafe void Vectored_ShortCounts_WriteAllWritesAll()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a");
        byte[] data = new byte[3000];
        new Random(3).NextBytes(data);
        byte[] back = new byte[3000];
        fixed (byte* from = data)
        fixed (byte* to = back)
        {
            BufferSegment[] segments = [new(from, 1000), new(from + 1000, 0), new(from + 1000, 1), new(from + 1001, 1999)];
            int turn = 0;
            // A short vector write is a whole smaller write, done here in the real call's place.
            using (new ScriptedInterceptor((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            {
                if (call != "pwritev")
                    return NativeOutcome.Proceed;
                BufferSegment first = *(BufferSegment*)arguments[1];
                if (++turn == 1)
                    return NativeOutcome.Fail(LinuxErrors.EINTR);
                if (turn > 2)
                    return NativeOutcome.Proceed;
                file.WriteAllAt(new ReadOnlySpan<byte>(first.Pointer, 300), arguments[3]);
                return NativeOutcome.Return(300);
            }))
            {
                file.WriteVectorAllAt(segments, 10);
            }
            BufferSegment[] into = [new(to, 1), new(to + 1, 2999)];
            Assert.That(file.ReadVectorAt(into, 10), Is.EqualTo(3000));
        }
        Assert.That(back, Is.EqualTo(data));
    }

    [Test]
    public void PunchHole_Middle_ReadsAsZeroAndIsFoundAsHole()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", new string('x', 3 << 16));
        NativeError error = file.TryPunchHole(1 << 16, 1 << 16);
        if (error.Kind == ErrorKind.NotSupported)
            return;
        Assert.That(error.IsError, Is.False);
        byte[] read = new byte[3 << 16];
        file.ReadExactlyAt(read, 0);
        Assert.That(read.AsSpan(1 << 16, 1 << 16).IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
        Assert.That(file.TrySeekData(0, out long data) && data == 0);
        Assert.That(file.TrySeekHole(0, out long hole));
        Assert.That(hole, Is.EqualTo(1 << 16).Or.EqualTo(3 << 16));
        Assert.That(file.TrySeekData(3 << 16, out _), Is.False);
    }

    [Test]
    public void Advise_EveryAdvice_SucceedsOrIsNotSupported()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "xyz");
        foreach (FileAdvice advice in Enum.GetValues<FileAdvice>())
        {
            ErrorKind kind = file.Advise(0, 0, advice).Kind;
            Assert.That(kind, Is.EqualTo(ErrorKind.None).Or.EqualTo(ErrorKind.NotSupported));
        }
        file.SyncBarrier();
    }

    [Test]
    public void CopyTo_WithOrWithoutTheKernel_CopiesTheSame([Values] bool kernel)
    {
        using TemporaryDirectory directory = new();
        byte[] data = new byte[300_000];
        new Random(5).NextBytes(data);
        using FileHandle from = directory.Create("a");
        from.WriteAllAt(data, 0);
        using FileHandle to = directory.Create("b");
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            !kernel && call == "copy_file_range" ? NativeOutcome.Fail(LinuxErrors.EXDEV) : NativeOutcome.Proceed);
        Assert.That(from.CopyTo(100, to, 7, 1_000_000), Is.EqualTo(data.Length - 100));
        byte[] read = new byte[data.Length - 100];
        to.ReadExactlyAt(read, 7);
        Assert.That(read, Is.EqualTo(data[100..]));
        Assert.Throws<ArgumentException>(() => from.CopyTo(0, from, 10, 20));
        Assert.That(from.CopyTo(0, from, 300_000, 10), Is.EqualTo(10));
    }

    [Test]
    public void TryClone_AnyFileSystem_ClonesOrSaysNotSupported()
    {
        using TemporaryDirectory directory = new();
        using FileHandle from = directory.Create("a", "abc");
        NativeError error = directory.Handle.TryClone(from, "b"u8);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.None).Or.EqualTo(ErrorKind.NotSupported));
        Assert.That(File.Exists(directory["b"]), Is.EqualTo(!error.IsError));
    }

    [Test]
    public void SetTimes_Nanoseconds_AreKept()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        UnixTimestamp access = new(1_000_000_000, 123_456_700);
        UnixTimestamp modification = new(1_500_000_000, 987_654_300);
        file.SetTimes(access, modification);
        FileStatus status = file.GetStatus();
        Assert.That(status.AccessTime, Is.EqualTo(access));
        Assert.That(status.ModificationTime, Is.EqualTo(modification));
        file.SetTimes(null, access);
        Assert.That(file.GetStatus().AccessTime, Is.EqualTo(access));
        Assert.That(file.GetStatus().ModificationTime, Is.EqualTo(access));
    }

    [Test]
    public void SetPermissions_ReadOnly_ShowsInStatus()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        file.SetPermissions(UnixFileMode.UserRead);
        Assert.That(file.GetStatus().Permissions & UnixFileMode.UserWrite, Is.EqualTo(UnixFileMode.None));
        file.SetPermissions(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.That(file.GetStatus().Permissions & UnixFileMode.UserWrite, Is.EqualTo(UnixFileMode.UserWrite));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.SetPermissions((UnixFileMode)0x10000));
        if (!OperatingSystem.IsWindows())
        {
            FileStatus status = file.GetStatus();
            file.SetOwner(null, null);
            file.SetOwner(status.UserId, status.GroupId);
        }
    }

    [Test]
    public void Attributes_WhereSupported_RoundTrip()
    {
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        NativeError error = file.TrySetAttribute("user.gabbro", "value"u8);
        if (error.Kind == ErrorKind.NotSupported)
        {
            Assert.That(file.GetAttributeNames(), Is.Empty);
            return;
        }
        Assert.That(error.IsError, Is.False);
        Assert.That(
            file.TrySetAttribute("user.gabbro", "x"u8, AttributeMode.Create).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        byte[] buffer = new byte[16];
        Assert.That(file.TryGetAttribute("user.gabbro", default, out int length).IsError, Is.False);
        Assert.That(length, Is.EqualTo(5));
        Assert.That(file.TryGetAttribute("user.gabbro", buffer.AsSpan(0, 2), out _).Kind, Is.EqualTo(ErrorKind.OutOfRange));
        Assert.That(file.TryGetAttribute("user.gabbro", buffer, out length).IsError, Is.False);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo("value"));
        Assert.That(file.GetAttributeNames(), Does.Contain("user.gabbro"));
        Assert.That(file.TryRemoveAttribute("user.gabbro").IsError, Is.False);
        Assert.That(file.TryGetAttribute("user.gabbro", buffer, out _).Kind, Is.EqualTo(ErrorKind.NoData));
        Assert.That(
            file.TrySetAttribute("user.gabbro", "x"u8, AttributeMode.Replace).Kind, Is.EqualTo(ErrorKind.NoData));
    }

    [Test]
    public void GetStatus_StatxMissing_OldCallGivesTheSame([Values(LinuxErrors.ENOSYS, LinuxErrors.EPERM)] int errno)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using TemporaryDirectory directory = new();
        using FileHandle file = directory.Create("a", "abc");
        FileStatus modern = file.GetStatus();
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            call == "statx" ? NativeOutcome.Fail(errno) : NativeOutcome.Proceed);
        FileStatus old = file.GetStatus();
        Assert.That(old.IsSameFile(modern));
        Assert.That(old.ModificationTime, Is.EqualTo(modern.ModificationTime));
        Assert.That(old.Permissions, Is.EqualTo(modern.Permissions));
        Assert.That(old.AllocatedLength, Is.EqualTo(modern.AllocatedLength));
        Assert.That(old.BirthTime, Is.Null);
        Assert.That(file.GetDirectAlignment().Offset, Is.EqualTo(4096));
    }

    [Test]
    public void Replace_File_OldOrNewIsWhole()
    {
        using TemporaryDirectory directory = new();
        directory.Create("a", "old").Dispose();
        using (FileReplacement abandoned = new(directory.Handle, "a"))
            abandoned.File.WriteAll("half"u8);
        Assert.That(File.ReadAllText(directory["a"]), Is.EqualTo("old"));
        FileReplacement.Replace(directory.Handle, "a", "new"u8);
        Assert.That(File.ReadAllText(directory["a"]), Is.EqualTo("new"));
        Assert.That(Directory.GetFiles(directory.Path), Has.Length.EqualTo(1));
        Directory.CreateDirectory(directory["d"]);
        FileReplacement.Replace(directory.Handle, "d/b", "below"u8);
        Assert.That(File.ReadAllText(Path.Combine(directory["d"], "b")), Is.EqualTo("below"));
    }

    [Test]
    public void Commit_SyncFails_LeavesTheOldFileAndNoOther()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryDirectory directory = new();
        directory.Create("a", "old").Dispose();
        using (ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            call == "fsync" ? NativeOutcome.Fail(LinuxErrors.EIO) : NativeOutcome.Proceed))
        {
            using FileReplacement replacement = new(directory.Handle, "a");
            Assert.That(
                Assert.Throws<PlatformException>(replacement.Commit).Kind, Is.EqualTo(ErrorKind.IoError));
        }
        Assert.That(File.ReadAllText(directory["a"]), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(directory.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void Fill_AnySource_GivesDifferentBytes([Values] bool device)
    {
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            device && call == "getrandom" ? NativeOutcome.Fail(LinuxErrors.ENOSYS) : NativeOutcome.Proceed);
        byte[] first = new byte[1000], second = new byte[1000];
        SystemRandom.Fill(first);
        SystemRandom.Fill(second);
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(200));
        SystemRandom.Fill(default);
    }
}
