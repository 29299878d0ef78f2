using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Platform.Tests.Native;
using Gabbro.Platform.Tests.Sockets;

namespace Gabbro.Platform.Tests.Polling;

/// <summary>Where the system gives no ring, each test checks the reason instead.</summary>
public sealed unsafe class SubmissionRingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RingCompletion[] _completions = new RingCompletion[64];

    private static SubmissionRing? Create(SubmissionRingOptions? options = null)
    {
        NativeError error = SubmissionRing.TryCreate(options, out SubmissionRing? ring);
        if (ring is null) Assert.That(error.Kind, Is.AnyOf(ErrorKind.NotSupported, ErrorKind.NotImplemented, ErrorKind.NotPermitted), error.ToString());
        return ring;
    }

    private RingCompletion WaitOne(SubmissionRing ring)
    {
        Assert.That(ring.SubmitAndWait(_completions.AsSpan(0, 1), 1, Patience), Is.EqualTo(1));
        return _completions[0];
    }

    [Test]
    public void Probe_ThisSystem_TellsOperationsOrTheReason()
    {
        SubmissionRingFeatures features = SubmissionRingFeatures.Probe();
        if (!features.IsSupported)
        {
            Assert.That(features.Error.Kind, Is.AnyOf(ErrorKind.NotSupported, ErrorKind.NotImplemented, ErrorKind.NotPermitted));
            Assert.That(features.Supports(SubmissionOpcode.Nop), Is.False);
            return;
        }

        Assert.That(features.Supports(SubmissionOpcode.Nop), Is.True);
        Assert.That(features.Supports(SubmissionOpcode.Read), Is.True);
        Assert.That(features.Supports((SubmissionOpcode)250), Is.False);
    }

    [TestCase(LinuxErrors.ENOSYS, ErrorKind.NotImplemented)]
    [TestCase(LinuxErrors.EPERM, ErrorKind.NotPermitted)]
    public void TryCreate_KernelRefuses_SaysWhy(int errno, ErrorKind kind)
    {
        if (!Host.IsLinux) kind = ErrorKind.NotSupported;
        using ScriptedInterceptor script = new((string call, ReadOnlySpan<nint> _, ref nuint _) =>
            call == "io_uring_setup" ? NativeOutcome.Fail(errno) : NativeOutcome.Proceed);
        Assert.That(SubmissionRing.TryCreate(null, out SubmissionRing? ring).Kind, Is.EqualTo(kind));
        Assert.That(ring, Is.Null);
        Assert.That(SubmissionRingFeatures.Probe().Error.Kind, Is.EqualTo(kind));
    }

    [Test]
    public void Nop_ManyMoreThanTheQueue_AllComplete()
    {
        using SubmissionRing? ring = Create(new SubmissionRingOptions { Entries = 8 });
        if (ring is null) return;
        int total = TestEffort.Scale(10_000), got = 0;
        ulong next = 0;
        for (int i = 0; i < total; i++)
        {
            ring.TakeEntry().PrepareNop((ulong)i);
            while (ring.Available > 0) Collect();
        }

        while (got < total)
        {
            ring.SubmitAndWait([], 1, Patience);
            Collect();
        }

        void Collect()
        {
            int count = ring.Collect(_completions);
            for (int i = 0; i < count; i++) Assert.That(_completions[i].UserData, Is.EqualTo(next++));
            got += count;
        }
    }

    [Test]
    public void TryTakeEntry_FullQueue_IsFalseAndTakeEntrySubmits()
    {
        using SubmissionRing? ring = Create(new SubmissionRingOptions { Entries = 4 });
        if (ring is null) return;
        SubmissionEntry* entry;
        for (int i = 0; i < ring.Entries; i++)
        {
            Assert.That(ring.TryTakeEntry(out entry), Is.True);
            entry->PrepareNop(0);
        }

        Assert.That(ring.TryTakeEntry(out entry), Is.False);
        Assert.That(ring.Pending, Is.EqualTo(ring.Entries));
        ring.TakeEntry().PrepareNop(9);
        Assert.That(ring.Pending, Is.EqualTo(1));
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    public void WriteAndRead_File_RoundTrips(bool singleIssuer, bool deferTaskRun)
    {
        using TemporaryDirectory folder = new();
        using FileHandle file = folder.Create("f");
        using SubmissionRing? ring = Create(new SubmissionRingOptions { SingleIssuer = singleIssuer, DeferTaskRun = deferTaskRun });
        if (ring is null) return;
        int descriptor = (int)file.DangerousGetHandle();
        byte* memory = (byte*)NativeMemory.AlignedAlloc(8192, 4096);
        new Span<byte>(memory, 4096).Fill(0x5A);
        ring.TakeEntry().PrepareWrite(descriptor, memory, 4096, 100, 1);
        Assert.That(WaitOne(ring).Result, Is.EqualTo(4096));
        ring.TakeEntry().PrepareSync(descriptor, dataOnly: true, 2);
        Assert.That(WaitOne(ring).Result, Is.Zero);
        ring.RegisterBuffers([new BufferSegment(memory + 4096, 4096)]);
        ring.RegisterFiles([descriptor, -1]);
        ref SubmissionEntry read = ref ring.TakeEntry();
        read.PrepareReadFixed(0, memory + 4096, 4096, 100, 0, 3);
        read.Flags |= SubmissionFlags.FixedFile;
        Assert.That(WaitOne(ring).Result, Is.EqualTo(4096));
        Assert.That(new Span<byte>(memory, 4096).SequenceEqual(new Span<byte>(memory + 4096, 4096)), Is.True);
        ring.UpdateFiles(1, [descriptor]);
        ring.UnregisterFiles();
        ring.UnregisterBuffers();
        NativeMemory.AlignedFree(memory);
    }

    [Test]
    public void Link_FirstFails_CancelsTheSecond()
    {
        using SubmissionRing? ring = Create();
        if (ring is null) return;
        byte* memory = stackalloc byte[8];
        ref SubmissionEntry first = ref ring.TakeEntry();
        first.PrepareRead(-1, memory, 8, 0, 1);
        first.Flags |= SubmissionFlags.Link;
        ring.TakeEntry().PrepareNop(2);
        Assert.That(ring.SubmitAndWait(_completions, 2, Patience), Is.EqualTo(2));
        Assert.That(_completions[0].Error.Kind, Is.EqualTo(ErrorKind.InvalidHandle));
        Assert.That(_completions[1].Error.Kind, Is.EqualTo(ErrorKind.Canceled));
    }

    [Test]
    public void Timeout_Elapses_CompletesWithTimedOut()
    {
        using SubmissionRing? ring = Create();
        if (ring is null) return;
        long* time = stackalloc long[] { 0, 1_000_000 };
        ring.TakeEntry().PrepareTimeout(time, 0, absolute: false, 5);
        Assert.That(WaitOne(ring).Error.Kind, Is.EqualTo(ErrorKind.TimedOut));
    }

    [Test]
    public void SubmitAndWait_TimeIsUp_ReturnsNothing()
    {
        using SubmissionRing? ring = Create();
        if (ring is null) return;
        Assert.That(ring.SubmitAndWait(_completions, 1, TimeSpan.FromMilliseconds(1)), Is.Zero);
    }

    [Test]
    public void Cancel_PendingReceive_EndsIt()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            using SubmissionRing? ring = Create();
            if (ring is null) return;
            byte* memory = stackalloc byte[8];
            ring.TakeEntry().PrepareReceive((int)server.DangerousGetHandle(), memory, 8, 0, 1);
            ring.Submit();
            ring.TakeEntry().PrepareCancel(1, all: false, 2);
            Assert.That(ring.SubmitAndWait([], 2, Patience), Is.Zero);
            Assert.That(ring.Collect(_completions), Is.EqualTo(2));
            Assert.That(_completions.Take(2).Single(c => c.UserData == 1).Error.Kind, Is.EqualTo(ErrorKind.Canceled));
        }
    }

    [Test]
    public void MultishotAcceptAndReceive_WithProvidedBuffers_CarryEverything()
    {
        if (!SubmissionRingFeatures.Probe().Supports(SubmissionOpcode.SendZeroCopy)) return;
        using SubmissionRing? ring = Create(new SubmissionRingOptions { Entries = 64, CompletionEntries = 256 });
        using ProvidedBufferRing buffers = ring!.CreateBufferRing(3, 16, 256);
        using SocketHandle listener = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        listener.Bind(SocketEndpoint.LoopbackIPv4(0));
        listener.Listen();
        const ulong AcceptTag = ulong.MaxValue;
        ring.TakeEntry().PrepareAcceptMultishot((int)listener.DangerousGetHandle(), AcceptTag);
        ring.Submit();
        const int Connections = 10, BytesEach = 20_000;
        List<SocketHandle> clients = [], servers = [];
        for (int i = 0; i < Connections; i++)
        {
            SocketHandle client = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
            client.Connect(listener.GetLocalAddress());
            clients.Add(client);
        }

        Dictionary<ulong, int> received = [];
        byte[] data = new byte[BytesEach];
        for (int i = 0; i < data.Length; i++) data[i] = (byte)(i * 7);
        bool sent = false;
        int rearmed = 0;
        while (received.Values.Sum() < Connections * BytesEach)
        {
            int count = ring.SubmitAndWait(_completions, 1, Patience);
            Assert.That(count, Is.Positive, "completions stopped coming");
            for (int i = 0; i < count; i++)
            {
                RingCompletion c = _completions[i];
                if (c.UserData == AcceptTag)
                {
                    Assert.That(c.IsSuccess && c.HasMore, Is.True, c.Error.ToString());
                    servers.Add(SocketHandle.FromDescriptor(c.Result));
                    received[(ulong)c.Result] = 0;
                    ring.TakeEntry().PrepareReceiveMultishot(c.Result, 3, 0, (ulong)c.Result);
                    continue;
                }

                if (c.IsSuccess && c.HasBuffer)
                {
                    int at = received[c.UserData];
                    Assert.That(buffers.DataOf(c).SequenceEqual(data.AsSpan(at, c.Result)), Is.True);
                    received[c.UserData] = at + c.Result;
                    buffers.Return(c.BufferId);
                }

                if (!c.HasMore)
                {
                    // No buffer was left: they are back now, so ask again.
                    Assert.That(c.IsSuccess || c.Error.Kind == ErrorKind.NoBufferSpace, Is.True, c.Error.ToString());
                    ring.TakeEntry().PrepareReceiveMultishot((int)c.UserData, 3, 0, c.UserData);
                    rearmed++;
                }
            }

            if (!sent && servers.Count == Connections)
            {
                clients.ForEach(c => SocketPairs.SendAll(c, data));
                sent = true;
            }
        }

        TestContext.Out.WriteLine($"multishot receives ran dry {rearmed} times");
        clients.ForEach(c => c.Dispose());
        servers.ForEach(s => s.Dispose());
    }

    [Test]
    public void RegisterEventDescriptor_Completion_WakesAPoller()
    {
        using SubmissionRing? ring = Create();
        if (ring is null) return;
        int signal = SysEpoll.eventfd(0, SysEpoll.EFD_CLOEXEC | SysEpoll.EFD_NONBLOCK);
        using SocketHandle owner = SocketHandle.FromDescriptor(signal);
        using ReadinessPoller poller = new();
        poller.Add(owner, 1, PollInterest.Readable);
        ring.RegisterEventDescriptor(signal);
        ring.TakeEntry().PrepareNop(1);
        ring.Submit();
        Assert.That(poller.Wait(new PollEvent[1], Patience), Is.EqualTo(1));
        ring.UnregisterEventDescriptor();
    }

    [Test]
    public void KernelPolling_Submissions_NeedNoCall()
    {
        using SubmissionRing? ring = Create(new SubmissionRingOptions { KernelPolling = true, KernelPollingIdle = TimeSpan.FromMilliseconds(1) });
        if (ring is null) return;
        for (ulong i = 0; i < 50; i++)
        {
            ring.TakeEntry().PrepareNop(i);
            Assert.That(WaitOne(ring).UserData, Is.EqualTo(i));
        }
    }

    [Test]
    public void BadInput_OfEveryKind_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SubmissionRing.Create(new SubmissionRingOptions { Entries = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SubmissionRing.Create(new SubmissionRingOptions { Entries = 100_000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SubmissionRing.Create(new SubmissionRingOptions { CompletionEntries = -1 }));
        SubmissionRing? ring = Create();
        if (ring is null) return;
        Assert.Throws<ArgumentException>(() => ring.RegisterBuffers([]));
        Assert.Throws<ArgumentException>(() => ring.RegisterFiles([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.UpdateFiles(-1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.CreateBufferRing(1, 3, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.CreateBufferRing(1, 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.SubmitAndWait(_completions, -1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.SubmitAndWait(_completions, 1, TimeSpan.FromSeconds(-1)));
        Assert.Throws<PlatformException>(() => ring.UnregisterBuffers());
        ring.Dispose();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.TakeEntry());
        Assert.Throws<ObjectDisposedException>(() => ring.Submit());
        Assert.Throws<ObjectDisposedException>(() => ring.Collect(_completions));
    }

    [Test]
    public void SubmitAndCollect_AfterWarmUp_AllocateNothing()
    {
        using SubmissionRing? ring = Create();
        if (ring is null) return;
        AllocationProbe.AssertNone(() =>
        {
            ring.TakeEntry().PrepareNop(1);
            ring.SubmitAndWait(_completions, 1, Patience);
        });
    }
}
