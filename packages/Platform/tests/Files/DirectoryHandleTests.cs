using Gabbro.Platform.Files;

namespace Gabbro.Platform.Tests.Files;

public sealed class DirectoryHandleTests
{
    [Test]
    public void Open_OnAFile_NotDirectory()
    {
        using TemporaryDirectory directory = new();
        directory.Create("a").Dispose();
        PlatformException thrown = Assert.Throws<PlatformException>(() => DirectoryHandle.Open(directory["a"]));
        Assert.That(thrown.Kind, Is.EqualTo(ErrorKind.NotDirectory));
    }

    [Test]
    public void RelativeCalls_AfterTheDirectoryMoved_FollowIt()
    {
        using TemporaryDirectory directory = new();
        directory.Handle.CreateDirectory("d");
        using DirectoryHandle inner = directory.Handle.OpenDirectory("d");
        directory.Handle.Rename("d", "e");
        inner.OpenFile("f", FileOpenOptions.CreateNew).Dispose();
        Assert.That(File.Exists(Path.Combine(directory["e"], "f")));
    }

    [Test]
    public void TryUnlink_OnADirectory_IsDirectory()
    {
        using TemporaryDirectory directory = new();
        directory.Handle.CreateDirectory("d");
        Assert.That(directory.Handle.TryUnlink("d"u8).Kind, Is.EqualTo(ErrorKind.IsDirectory));
        directory.Handle.RemoveDirectory("d");
        Assert.That(directory.Handle.TryUnlink("d"u8).Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public void TryRemoveDirectory_WithEntries_DirectoryNotEmpty()
    {
        using TemporaryDirectory directory = new();
        directory.Handle.CreateDirectory("d");
        directory.Handle.OpenFile("d/f", FileOpenOptions.CreateNew).Dispose();
        Assert.That(directory.Handle.TryRemoveDirectory("d"u8).Kind, Is.EqualTo(ErrorKind.DirectoryNotEmpty));
    }

    [Test]
    public void TryCreateDirectory_NameTaken_AlreadyExists()
    {
        using TemporaryDirectory directory = new();
        Assert.That(directory.Handle.TryCreateDirectory("d"u8).IsError, Is.False);
        Assert.That(directory.Handle.TryCreateDirectory("d"u8).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
    }

    [Test]
    public void TryRename_EveryMode_DoesWhatItSays()
    {
        using TemporaryDirectory directory = new();
        directory.Create("a", "A").Dispose();
        directory.Create("b", "B").Dispose();
        DirectoryHandle handle = directory.Handle;
        Assert.That(handle.TryRename("a"u8, "b"u8, RenameMode.NoReplace).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        NativeError exchanged = handle.TryRename("a"u8, "b"u8, RenameMode.Exchange);
        if (OperatingSystem.IsWindows())
            Assert.That(exchanged.Kind, Is.EqualTo(ErrorKind.NotSupported));
        else
            Assert.That(File.ReadAllText(directory["a"]), Is.EqualTo("B"));
        string expected = File.ReadAllText(directory["a"]);
        Assert.That(handle.TryRename("a"u8, "b"u8).IsError, Is.False);
        Assert.That(File.ReadAllText(directory["b"]), Is.EqualTo(expected));
        Assert.That(handle.TryRename("b"u8, "c"u8, RenameMode.NoReplace).IsError, Is.False);
        Assert.That(handle.TryRename("b"u8, "c"u8).Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.Throws<ArgumentOutOfRangeException>(() => handle.TryRename("a"u8, "b"u8, (RenameMode)9));
    }

    [Test]
    public void Names_AnyBytes_RoundTrip()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryDirectory directory = new();
        byte[] name = new byte[254];
        for (int i = 0, value = 1; i < name.Length; i++, value++)
        {
            value = value == '/' ? value + 1 : value;
            name[i] = (byte)value;
        }
        directory.Handle.OpenFile(name, FileOpenOptions.CreateNew).Dispose();
        string text = new NativePath(name).ToString();
        Assert.That(new NativePath(text).Bytes.SequenceEqual(name));
        using FileHandle again = directory.Handle.OpenFile(text);
        Assert.That(directory.Handle.TryGetStatus(name, true, out FileStatus status).IsError, Is.False);
        Assert.That(again.GetStatus().IsSameFile(status));
        Assert.That(directory.Handle.TryUnlink(name).IsError, Is.False);
    }

    [Test]
    public void Calls_AfterDispose_ThrowObjectDisposed()
    {
        using TemporaryDirectory directory = new();
        DirectoryHandle handle = DirectoryHandle.Open(directory.Path);
        handle.Dispose();
        Assert.Throws<ObjectDisposedException>(() => handle.Sync());
        Assert.Throws<ObjectDisposedException>(() => handle.OpenFile("a"));
        Assert.Throws<ObjectDisposedException>(() => handle.TryUnlink("a"u8));
    }
}
