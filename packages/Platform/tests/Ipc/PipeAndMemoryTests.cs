using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Processes;
using Gabbro.Platform.Tests.Processes;

namespace Gabbro.Platform.Tests.Ipc;

public sealed class PipeAndMemoryTests
{
    [Test]
    public void Pipe_Bytes_GoThroughAndEnd()
    {
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        using (reader)
        {
            writer.WriteAll("through"u8);
            writer.Dispose();
            Assert.That(ChildProcess.ReadToEnd(reader), Is.EqualTo("through"u8.ToArray()));
        }
    }

    [Test]
    public void Pipe_NonBlocking_SaysWouldBlock()
    {
        (FileHandle reader, FileHandle writer) = Pipes.Create(nonBlocking: true);
        using (reader)
        using (writer)
        {
            if (Host.IsWindows)
            {
                // The ends serve a completion port; the calls of the handles wait.
                Assert.Throws<PlatformNotSupportedException>(() => reader.SetBlocking(true));
                return;
            }

            Assert.That(reader.TryRead(new byte[1], out _, out NativeError error), Is.False);
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.WouldBlock));
            reader.SetBlocking(true);
            Task<int> waiting = Task.Run(() => reader.Read(new byte[8]));
            writer.WriteAll("now"u8);
            Assert.That(waiting.Result, Is.EqualTo(3));
            reader.SetBlocking(false);
            Assert.That(reader.TryRead(new byte[1], out _, out error), Is.False);
            reader.Dispose();
            Assert.That(writer.TryWrite([1], out _, out error), Is.False);
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.BrokenPipe));
        }
    }

    [Test]
    public void Fifo_ReaderAndWriter_MeetByName()
    {
        using TemporaryDirectory folder = new();
        NativeError error = Pipes.TryCreateFifo(folder["fifo"]);
        if (Host.IsWindows)
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
            return;
        }

        Assert.That(error.IsError, Is.False);
        Assert.That(Pipes.TryCreateFifo(folder["fifo"]).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        Assert.That(Pipes.TryCreateFifo(folder["a/b"]).Kind, Is.EqualTo(ErrorKind.NotFound));
        using ChildProcess child = ChildProcess.Start(Shell.Unix($"echo named > {folder["fifo"]}"));
        using FileHandle reader = FileHandle.Open(folder["fifo"], FileOpenOptions.Read);
        Assert.That(ChildProcess.ReadToEnd(reader), Is.EqualTo("named\n"u8.ToArray()));
        child.Wait();
        Assert.Throws<ArgumentException>(() => Pipes.TryCreateFifo("a\0"));
        Assert.Throws<ArgumentException>(() => Pipes.TryCreateFifo(""));
    }

    [Test]
    public void SharedMemory_ByName_IsTheSameMemory()
    {
        string name = $"gabbro.{Environment.ProcessId}.{Random.Shared.Next():x}";
        using SharedMemory first = SharedMemory.Create(name, 10_000);
        try
        {
            using SharedMemory second = SharedMemory.Open(name, 10_000);
            Assert.That(first.Span.Length, Is.EqualTo(10_000));
            first.Span[9_999] = 77;
            Assert.That(second.Span[9_999], Is.EqualTo(77));
            second.Span[0] = 5;
            Assert.That(first.Span[0], Is.EqualTo(5));
            Assert.That(Assert.Throws<PlatformException>(() => SharedMemory.Create(name, 10))!.Kind, Is.EqualTo(ErrorKind.AlreadyExists));
            Assert.Throws<PlatformException>(() => SharedMemory.Open(name, 10_000_000));
        }
        finally
        {
            Assert.That(SharedMemory.Unlink(name).IsError, Is.False);
        }

        if (!Host.IsWindows) Assert.That(SharedMemory.Unlink(name).Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public void SharedMemory_WithoutName_IsZeroAndPassesToChildren()
    {
        using SharedMemory memory = SharedMemory.Create(4096);
        Assert.That(memory.Span.IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
        if (Host.IsWindows) return;
        SpawnOptions options = Shell.Unix("printf shared >&5");
        options.Descriptors[5] = memory;
        using ChildProcess child = ChildProcess.Start(options);
        Assert.That(child.Wait().IsSuccess, Is.True);
        Assert.That(memory.Span[..6].ToArray(), Is.EqualTo("shared"u8.ToArray()));
    }

    [Test]
    public void SharedMemory_BadInput_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.Create(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.Create(-1));
        Assert.Throws<ArgumentException>(() => SharedMemory.Create("a/b", 1));
        Assert.Throws<ArgumentException>(() => SharedMemory.Open("", 1));
        Assert.Throws<ArgumentException>(() => SharedMemory.Open(new string('x', 300), 1));
        Assert.Throws<PlatformException>(() => SharedMemory.Open("gabbro.no.such.memory", 1));
        SharedMemory memory = SharedMemory.Create(1);
        memory.Dispose();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = memory.Span[0]);
    }
}
