using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;

namespace Gabbro.Platform.Tests.Files;

public sealed class FileChangeQueueTests
{
    private static List<(int Watch, FileChangeKinds Kinds, string Name, uint Cookie)> Take(FileChangeQueue queue)
    {
        List<(int, FileChangeKinds, string, uint)> changes = [];
        byte[] buffer = new byte[4096];
        while (queue.Descriptor.TryRead(buffer, out int count, out NativeError error) || error.Kind != ErrorKind.WouldBlock)
        {
            Assert.That(error.IsError, Is.False, error.ToString());
            ReadOnlySpan<byte> records = buffer.AsSpan(0, count);
            while (FileChangeQueue.TryParse(ref records, out FileChange change))
                changes.Add((change.Watch, change.Kinds, Encoding.UTF8.GetString(change.Name), change.Cookie));
            Assert.That(records.IsEmpty, Is.True, "the system gives whole records");
        }

        return changes;
    }

    [Test]
    public void Read_ChangesInADirectory_AreToldInOrder()
    {
        if (!FileChangeQueue.IsSupported)
        {
            Assert.That(FileChangeQueue.Create, Throws.TypeOf<PlatformNotSupportedException>());
            return;
        }

        using TemporaryDirectory directory = new();
        using FileChangeQueue queue = FileChangeQueue.Create();
        int watch = queue.Add(directory.Path);
        Assert.That(Take(queue), Is.Empty);

        directory.Create("früh.txt", "abc").Dispose();
        File.Move(directory["früh.txt"], directory["later"]);
        File.Delete(directory["later"]);
        var changes = Take(queue);
        Assert.That(changes.Select(change => (change.Kinds, change.Name)), Is.EqualTo(((FileChangeKinds, string)[])
        [
            (FileChangeKinds.Created, "früh.txt"), (FileChangeKinds.Modified, "früh.txt"), (FileChangeKinds.ClosedWritten, "früh.txt"),
            (FileChangeKinds.MovedFrom, "früh.txt"), (FileChangeKinds.MovedTo, "later"), (FileChangeKinds.Deleted, "later"),
        ]));
        Assert.That(changes[3].Cookie, Is.Not.Zero.And.EqualTo(changes[4].Cookie));
        Assert.That(changes, Has.All.Matches<(int Watch, FileChangeKinds, string, uint)>(change => change.Watch == watch));

        Assert.That(queue.Remove(watch).IsError, Is.False);
        Assert.That(Take(queue).Single().Kinds, Is.EqualTo(FileChangeKinds.WatchEnded));
        Assert.That(queue.Remove(watch).Kind, Is.EqualTo(ErrorKind.InvalidArgument));
    }

    [Test]
    public void Add_WrongArguments_AreRefused()
    {
        if (!FileChangeQueue.IsSupported)
            return;
        using TemporaryDirectory directory = new();
        FileChangeQueue queue = FileChangeQueue.Create();
        Assert.That(() => queue.Add(""), Throws.ArgumentException);
        Assert.That(() => queue.Add("a\0b"), Throws.ArgumentException);
        Assert.That(() => queue.Add(directory.Path, FileChangeKinds.None), Throws.ArgumentException);
        Assert.That(() => queue.Add(directory.Path, FileChangeKinds.Overflow | FileChangeKinds.Created), Throws.ArgumentException);
        Assert.That(queue.TryAdd(directory["none"], FileChangeKinds.Changes, out _).Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(() => queue.Add(directory["none"]), Throws.TypeOf<PlatformException>().With.Message.Contains("none"));
        queue.Dispose();
        queue.Dispose();
        Assert.That(() => queue.Add(directory.Path), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void TryParse_Garbage_NeverReadsPastTheEnd()
    {
        Random random = new(7);
        byte[] bytes = new byte[64];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            ReadOnlySpan<byte> records = bytes.AsSpan(0, random.Next(bytes.Length));
            while (FileChangeQueue.TryParse(ref records, out FileChange change))
                Assert.That(change.Name.Length, Is.LessThan(64));
        }
    }

    [Test]
    public void SetBlocking_Pipe_ReportsWouldBlockInsteadOfWaiting()
    {
        if (OperatingSystem.IsWindows())
            return; // Windows handles have their mode from their creation
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        reader.SetBlocking(false);
        Assert.That(reader.TryRead(new byte[1], out _, out NativeError error), Is.False);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.WouldBlock));
        writer.Write([9]);
        reader.SetBlocking(true);
        Assert.That(reader.Read(new byte[4]), Is.EqualTo(1));
        reader.Dispose();
        writer.Dispose();
        Assert.That(() => reader.SetBlocking(true), Throws.TypeOf<ObjectDisposedException>());
    }
}
