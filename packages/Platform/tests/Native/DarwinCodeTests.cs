using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Memory;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Randomness;
using Gabbro.Platform.Threading;

namespace Gabbro.Platform.Tests.Native;

/// <summary>Runs the macOS code over a fake of its calls. It proves the code around the calls, not the system.</summary>
public sealed unsafe class DarwinCodeTests
{
    [Test]
    public void Files_OverTheFake_ReadWriteRenameSync()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using TemporaryDirectory directory = new();
        using FakeDarwin fake = new(hasFileLocks: true);
        using DirectoryHandle handle = DirectoryHandle.Open(directory.Path);
        using FileHandle file = handle.OpenFile("a", FileOpenOptions.CreateNew);
        file.WriteAll("hello"u8);
        file.Sync();
        file.SyncBarrier();
        Assert.That(fake.Calls, Does.Contain("F_FULLFSYNC").And.Contain("F_BARRIERFSYNC"));
        FileStatus status = file.GetStatus();
        Assert.That(status.Length, Is.EqualTo(5));
        Assert.That(status.Type, Is.EqualTo(FileType.Regular));
        Assert.That(handle.TryCreateDirectory("d"u8).IsError, Is.False);
        Assert.That(handle.TryRename("a"u8, "d"u8, RenameMode.NoReplace).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        Assert.That(handle.TryRename("a"u8, "b"u8, RenameMode.NoReplace).IsError, Is.False);
        Assert.That(handle.TryRemoveDirectory("d"u8).IsError, Is.False);
        Assert.That(handle.TryUnlink("b"u8).IsError, Is.False);
        Assert.That(handle.TryUnlink("b"u8).Kind, Is.EqualTo(ErrorKind.NotFound));
        FileOpenOptions unnamed = new() { Access = FileOpenAccess.ReadWrite, Creation = FileCreation.Unnamed };
        Assert.That(FileHandle.TryOpen(directory.Path, unnamed, out _, out NativeError error), Is.False);
        Assert.That(error, Is.EqualTo(new NativeError(ErrorDomain.DarwinErrno, error.Code)));
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
    }

    [Test]
    public void Reader_OverTheFake_ListsEveryName()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using TemporaryDirectory directory = new();
        for (int i = 0; i < 5; i++)
            directory.Create("f" + i).Dispose();
        using FakeDarwin fake = new(hasFileLocks: true);
        using DirectoryReader reader = new();
        reader.Start(directory.Path);
        List<string> names = [];
        while (reader.Read(out DirectoryEntry entry))
            names.Add(entry.ToString());
        Assert.That(names, Is.EquivalentTo(["f0", "f1", "f2", "f3", "f4"]));
    }

    [Test]
    public void Locks_WithAndWithoutTheSystemsOwn_ExcludeAlike([Values] bool hasFileLocks)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using TemporaryDirectory directory = new();
        directory.Create("a", "xyz").Dispose();
        using FakeDarwin fake = new(hasFileLocks);
        using FileHandle first = FileHandle.Open(directory["a"], FileOpenOptions.ReadWrite);
        using FileHandle second = FileHandle.Open(directory["a"], FileOpenOptions.ReadWrite);
        ByteRange range = new(10, 20);
        Assert.That(FileLock.TryLock(first, range, LockMode.Exclusive).IsError, Is.False);
        Assert.That(FileLock.TryLock(second, new ByteRange(29, 5), LockMode.Shared).Kind, Is.EqualTo(ErrorKind.WouldBlock));
        Assert.That(FileLock.TryLock(second, new ByteRange(30, 5), LockMode.Shared).IsError, Is.False);
        Assert.That(FileLock.TryFindConflict(second, range, LockMode.Shared, out LockConflict conflict));
        Assert.That(conflict.Range, Is.EqualTo(range));
        Assert.That(FileLock.Unlock(first, new ByteRange(15, 5)).IsError, Is.False);
        Assert.That(FileLock.TryLock(second, new ByteRange(15, 5), LockMode.Exclusive).IsError, Is.False);
        Assert.That(FileLock.TryLock(second, new ByteRange(14, 1), LockMode.Exclusive).IsError);
        Assert.That(FileLock.Unlock(first, range).IsError, Is.False);
        Assert.That(FileLock.TryLock(second, range, LockMode.Exclusive).IsError, Is.False);
        Assert.That(FileLock.Unlock(second, ByteRange.All).IsError, Is.False);
    }

    [Test]
    public unsafe void MemoryAndFutexAndRandom_OverTheFake_Work()
    {
        if (!OperatingSystem.IsLinux())
            return;
        nuint page = VirtualMemory.PageSize;
        using FakeDarwin fake = new(hasFileLocks: true);
        Assert.That(VirtualMemory.TryAllocate(page, 1 << 20, out void* memory, out _));
        *(int*)memory = 5;
        Assert.That(VirtualMemory.Advise(memory, page, MemoryAdvice.Discard).Kind, Is.EqualTo(ErrorKind.NotSupported));
        Assert.That(Futex.Wait((int*)memory, 5, TimeSpan.FromMilliseconds(1)), Is.EqualTo(FutexResult.TimedOut));
        Futex.WakeAll((int*)memory);
        VirtualMemory.Release(memory, page);
        byte[] random = new byte[1000];
        SystemRandom.Fill(random);
        Assert.That(random.AsSpan().IndexOfAnyExcept((byte)0xA5), Is.EqualTo(-1));
    }

    [Test]
    public void Changes_OverAScript_AskAndTellByVnodeEvents()
    {
        if (!OperatingSystem.IsLinux())
            return;
        List<nint> closed = [];
        uint notes = 0;
        bool told = false;
        NativeSeam.ActsForDarwin = true;
        try
        {
            using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            {
                switch (call)
                {
                    case "kqueue":
                        return NativeOutcome.Return(77);
                    case "openat":
                        return NativeOutcome.Return((int)arguments[2] == (DarwinFcntl.O_EVTONLY | DarwinFcntl.O_CLOEXEC) ? 55 : -1);
                    case "close":
                        closed.Add(arguments[0]);
                        return NativeOutcome.Return(0);
                    case "kevent" when arguments[2] == 1:
                        notes = ((Kevent*)arguments[1])->filter == SysEvent.EVFILT_VNODE ? ((Kevent*)arguments[1])->fflags : 0;
                        return NativeOutcome.Return(0);
                    case "kevent" when !told:
                        told = true;
                        Kevent* events = (Kevent*)arguments[3];
                        events[0] = new Kevent { ident = 55, filter = SysEvent.EVFILT_VNODE, fflags = SysEvent.NOTE_WRITE, udata = 1 };
                        events[1] = new Kevent { ident = 55, filter = SysEvent.EVFILT_VNODE, fflags = SysEvent.NOTE_DELETE, udata = 1 };
                        return NativeOutcome.Return(2);
                    default:
                        return call == "kevent" ? NativeOutcome.Return(0) : NativeOutcome.Proceed;
                }
            });
            using (ChangeWatcher watcher = ChangeWatcher.Create())
            {
                Assert.That(watcher.Add("/anywhere", ChangeKinds.Created), Is.EqualTo(1));
                Assert.That(notes & SysEvent.NOTE_WRITE, Is.Not.Zero);
                Assert.That(notes & SysEvent.NOTE_ATTRIB, Is.Zero);
                Assert.That(watcher.TryRead(out WatchedChange change), Is.True);
                Assert.That((change.Watch, change.Kinds, change.Name.Length), Is.EqualTo((1, ChangeKinds.Modified, 0)));
                Assert.That(watcher.TryRead(out change), Is.True);
                Assert.That(change.Kinds, Is.EqualTo(ChangeKinds.Gone));
                Assert.That(watcher.TryRead(out change), Is.False);
                Assert.That(watcher.Remove(1).IsError, Is.False);
                Assert.That(closed, Is.EqualTo(new nint[] { 55 }));
                Assert.That(watcher.TryAdd("/below"u8, ChangeKinds.All, subtree: true, out _).Kind, Is.EqualTo(ErrorKind.NotSupported));
            }
            Assert.That(closed, Is.EqualTo(new nint[] { 55, 77 }));
        }
        finally
        {
            NativeSeam.ActsForDarwin = false;
        }
    }
}
