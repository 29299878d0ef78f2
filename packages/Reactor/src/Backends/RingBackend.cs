using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Platform;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A backend over completions of an io_uring: stream sockets are accepted, received from, sent to and connected by entries of
/// the ring, all submitted by the call that waits. Everything else (datagrams, pipes) is polled on the same ring.
/// </summary>
/// <remarks>See README.md beside this file for who owns which memory when.</remarks>
internal sealed unsafe class RingBackend : PollerBackend
{
    /// <summary>Marks completions of devices; tokens of polls leave the bit free.</summary>
    private const ulong DeviceMark = 1UL << 62;
    private const int RequestBits = 4;
    private const ushort BufferGroup = 0;

    /// <summary>
    /// Buffers that receives take from. All come back within the turn, so they bound what one batch can bring, not the
    /// connections: 256 of 8 KiB are 2 MiB a loop.
    /// </summary>
    private const int BufferCount = 256;
    private const int BufferSize = 8 * 1024;

    /// <summary>Completions handled before the loop looks at its timers again.</summary>
    private const int BatchSize = 512;

    private readonly RingSource _source;
    private readonly byte[] _memory;
    private readonly ProvidedBufferRing _buffers;
    private readonly List<IRingDevice?> _devices = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<nint> _blocks = new();
    private readonly List<ushort> _lentBuffers = [];
    private readonly List<byte[]> _lentArrays = [];
    private int _open;

    private RingBackend(RingSource source)
        : base(BackendKind.IoUring, source)
    {
        _source = source;
        _memory = GC.AllocateUninitializedArray<byte>(BufferCount * BufferSize, pinned: true);
        _buffers = source.Ring.CreateBufferRing(
            BufferGroup, BufferCount, BufferSize, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)));
    }

    /// <summary>Bytes of a native block: a message header and two segments, or an address.</summary>
    public const int BlockSize = 128;

    /// <summary>
    /// A ring with completions where the kernel has multishot receives into provided buffers, else one that is only polled.
    /// The kernel that can defer completion work (6.1) has both.
    /// </summary>
    /// <exception cref="PlatformException">There is no io_uring here, or it is not permitted.</exception>
    public static PollerBackend Open()
    {
        RingSource source = new();
        try
        {
            return SubmissionRingFeatures.Probe().HasDeferTaskRun
                ? new RingBackend(source) : new PollerBackend(BackendKind.IoUring, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public override int Poll(int timeoutMilliseconds)
    {
        ReturnLent();
        ReadOnlySpan<RingCompletion> completions = _source.Collect(
            timeoutMilliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(timeoutMilliseconds), BatchSize);
        Loop.EventsArrived();
        foreach (ref readonly RingCompletion completion in completions)
            Handle(completion);
        return completions.Length;
    }

    public override ListenerDevice Listen(in SocketEndpoint address, ListenOptions options)
    {
        SocketHandle socket = SocketSetup.Listen(address, options);
        return Guard(socket, () => new RingListener(this, Loop, socket, options.Streams));
    }

    public override bool Connect(in SocketEndpoint address, StreamOptions options, IoOperation operation, out StreamDevice device)
    {
        SocketHandle socket = SocketHandle.Create(address.Family, SocketKind.Stream);
        SocketSetup.Apply(socket, address.Family, options);
        RingStream stream = Guard(socket, () => new RingStream(this, Loop, socket));
        device = stream;
        stream.Connect(address, operation);
        return false;
    }

    public override StreamDevice AdoptStream(SocketHandle socket) => new RingStream(this, Loop, socket);

    /// <summary>Waits for the last completions of closed devices: until then the kernel may write into their memory.</summary>
    public override void Settle()
    {
        while (_open > 0)
        {
            foreach (ref readonly RingCompletion completion in _source.Collect(TimeSpan.FromSeconds(1), BatchSize))
                Handle(completion);
        }
    }

    public override void Dispose()
    {
        _buffers.Dispose();
        base.Dispose();
        while (_blocks.TryPop(out nint block))
            NativeMemory.Free((void*)block);
    }

    /// <summary>Gives a device a slot; it keeps it until its last completion is in, so no completion reaches a successor.</summary>
    public int Register(IRingDevice device)
    {
        _open++;
        if (_freeSlots.TryPop(out int slot))
        {
            _devices[slot] = device;
            return slot;
        }

        _devices.Add(device);
        return _devices.Count - 1;
    }

    public void Unregister(int slot)
    {
        _open--;
        _devices[slot] = null;
        _freeSlots.Push(slot);
    }

    /// <summary>The next entry of the ring; it is submitted with the next wait.</summary>
    public ref SubmissionEntry TakeEntry() => ref _source.Ring.TakeEntry();

    /// <summary>Submits what is queued.</summary>
    /// <returns>True when nothing is queued any more: no entry names a descriptor by its number.</returns>
    public bool TrySubmitAll() => !_source.Ring.TrySubmit(out _).IsError && _source.Ring.Pending == 0;

    public static ulong UserData(int slot, RingRequest request) => DeviceMark | ((ulong)slot << RequestBits) | (ulong)request;

    /// <summary>Prepares receives into the buffers of the loop.</summary>
    public static void PrepareReceive(ref SubmissionEntry entry, int descriptor, int slot) =>
        entry.PrepareReceiveMultishot(descriptor, BufferGroup, 0, UserData(slot, RingRequest.Receive));

    /// <summary>What a completion received, in memory of the loop.</summary>
    public ArraySegment<byte> Received(in RingCompletion completion) =>
        new(_memory, completion.BufferId * BufferSize, completion.Result);

    /// <summary>Gives a buffer back to the kernel at once.</summary>
    public void Return(ushort buffer) => _buffers.Return(buffer);

    /// <summary>Gives a buffer back when the code that was lent it has returned to the loop.</summary>
    public void ReturnLater(ushort buffer) => _lentBuffers.Add(buffer);

    /// <summary>Gives an array back to its pool when the code that was lent it has returned to the loop.</summary>
    public void ReturnLater(byte[] array) => _lentArrays.Add(array);

    /// <summary>Native memory of <see cref="BlockSize"/> bytes for a request.</summary>
    public byte* RentBlock() => _blocks.TryPop(out nint block) ? (byte*)block : (byte*)NativeMemory.Alloc(BlockSize);

    public void ReturnBlock(byte* block) => _blocks.Push((nint)block);

    private void Handle(in RingCompletion completion)
    {
        ulong data = completion.UserData;
        if ((data & DeviceMark) != 0 && (data >> 63) == 0)
        {
            IRingDevice? device = _devices[(int)((data & ~DeviceMark) >> RequestBits)];
            Debug.Assert(device is not null, "A device keeps its slot until its last completion.");
            device!.OnCompletion((RingRequest)(data & ((1 << RequestBits) - 1)), completion);
            ReturnLent();
        }
        else if (_source.TryTranslate(completion, out PollEvent reported) && Loop.Devices.Find(reported.Token) is IReadinessDevice device)
        {
            Loop.Dispatch(device, Translate(reported));
        }
    }

    private void ReturnLent()
    {
        foreach (ushort buffer in _lentBuffers)
            _buffers.Return(buffer);
        _lentBuffers.Clear();
        foreach (byte[] array in _lentArrays)
            ArrayPool<byte>.Shared.Return(array);
        _lentArrays.Clear();
    }
}
