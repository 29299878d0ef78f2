using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Files;

/// <summary>Changes from the kernel's queue, read by the loop like any stream: no thread, no delegate.</summary>
internal sealed class QueueWatchSource : FileWatchSource
{
    /// <summary>Some hundred records with names of usual length.</summary>
    private const int BufferSize = 8 * 1024;

    private readonly FileChangeQueue _queue;
    private readonly StreamSocket _stream;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private int _start;
    private int _end;

    public QueueWatchSource(EventLoop loop)
    {
        _queue = FileChangeQueue.Create();
        _stream = loop.Adopt(_queue.Descriptor, FileAccess.Read, PipeKind.Records);
    }

    public override int Add(string path, FileChangeKinds kinds) => _queue.Add(path, kinds);

    public override bool Remove(int watch)
    {
        NativeError error = _queue.Remove(watch);
        if (error.IsError && error.Kind != ErrorKind.InvalidArgument)
            error.Throw("inotify_rm_watch");
        return !error.IsError;
    }

    public override async ValueTask<FileEvent> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlySpan<byte> records = _buffer.AsSpan(_start, _end - _start);
            bool any = FileChangeQueue.TryParse(ref records, out FileChange change);
            _start = _end - records.Length;
            if (any)
                return new FileEvent(change.Watch, change.Kinds, change.Name.IsEmpty ? string.Empty : Encoding.UTF8.GetString(change.Name), change.Cookie);
            _start = 0;
            _end = 0;
            _end = await _stream.ReadAsync(_buffer, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _stream.Dispose();
        _queue.Dispose();
    }
}
