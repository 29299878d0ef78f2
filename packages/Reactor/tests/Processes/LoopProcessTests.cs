using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Processes;
using Gabbro.Reactor.Processes;

namespace Gabbro.Reactor.Tests.Processes;

[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.RealBackends))]
public sealed class LoopProcessTests(BackendKind backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend.ToString());

    [TearDown]
    public void End() => _world.Dispose();

    private static SpawnOptions Shell(string script) =>
        OperatingSystem.IsWindows() ? new SpawnOptions("cmd", "/c", script) : new SpawnOptions("sh", "-c", script);

    [Test]
    public void RunAsync_OutputErrorsAndStatus_AreTaken() => _world.Run(async () =>
    {
        ProcessOutput output = await LoopProcess.RunAsync(Loop, Shell("echo out&& echo err>&2&& exit 3"));
        Assert.That(output.OutputText.Trim(), Is.EqualTo("out"));
        Assert.That(output.ErrorText.Trim(), Is.EqualTo("err"));
        Assert.That(output.Status.Code, Is.EqualTo(3));
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void RunAsync_MegabytesBothWays_DoesNotDeadlock()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("There is no cat.");
        _world.Run(async () =>
        {
            byte[] input = new byte[3_000_000];
            new Random(1).NextBytes(input);
            ProcessOutput output = await LoopProcess.RunAsync(Loop, Shell("tee /dev/stderr"), input);
            Assert.That(output.Output.AsSpan().SequenceEqual(input), Is.True);
            Assert.That(output.Error.AsSpan().SequenceEqual(input), Is.True);
            Assert.That(output.Status.Code, Is.Zero);
        });
    }

    [Test]
    public void RunAsync_ChildThatDoesNotRead_IsNoError()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("There is no true.");
        _world.Run(async () =>
        {
            ProcessOutput output = await LoopProcess.RunAsync(Loop, new SpawnOptions("true"), new byte[1_000_000]);
            Assert.That(output.Status.Code, Is.Zero);
        });
    }

    [Test]
    public void RunAsync_TooMuchOutput_KillsAndThrows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("There is no yes.");
        _world.Run(async () =>
        {
            await Assert.ThatAsync(
                async () => await LoopProcess.RunAsync(Loop, new SpawnOptions("yes"), maxOutput: 100_000), Throws.TypeOf<InvalidDataException>());
            Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        });
    }

    [Test]
    public void RunAsync_Canceled_KillsTheProcess() => _world.Run(async () =>
    {
        using CancellationTokenSource cancel = new();
        Task<ProcessOutput> running = LoopProcess.RunAsync(
            Loop, OperatingSystem.IsWindows() ? Shell("ping -n 100 127.0.0.1") : new SpawnOptions("sleep", "100"), cancellationToken: cancel.Token).AsTask();
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(20));
        Assert.That(running.IsCompleted, Is.False);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void Start_Conversation_GoesBothWaysWhileItRuns()
    {
        if (OperatingSystem.IsWindows())
            Assert.Pass("There is no cat.");
        _world.Run(async () =>
        {
            using LoopProcess cat = LoopProcess.Start(Loop, new SpawnOptions("cat") { StandardInput = StandardStream.Pipe, StandardOutput = StandardStream.Pipe });
            byte[] buffer = new byte[100];
            for (int i = 0; i < 20; i++)
            {
                await cat.StandardInput!.WriteAsync(Encoding.ASCII.GetBytes($"line {i}"));
                int count = await cat.StandardOutput!.ReadAsync(buffer);
                Assert.That(Encoding.ASCII.GetString(buffer, 0, count), Is.EqualTo($"line {i}"));
                Assert.That(Loop.IsOnLoopThread, Is.True);
            }

            using (CancellationTokenSource cancel = new())
            {
                Task<ExitStatus> wait = cat.WaitAsync(cancel.Token).AsTask();
                await cancel.CancelAsync();
                await Assert.ThatAsync(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
            }

            cat.StandardInput!.Dispose();
            Assert.That(await cat.StandardOutput!.ReadAsync(buffer), Is.Zero);
            Assert.That((await cat.WaitAsync()).Code, Is.Zero);
            Assert.That(Loop.IsOnLoopThread, Is.True);
            Assert.That(cat.StandardError, Is.Null);
        });
    }

    [Test]
    public void Start_OnATerminal_EndsWithTheLastProcess()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Pass("Terminals are Unix.");
        _world.Run(async () =>
        {
            using LoopProcess child = LoopProcess.Start(Loop, new SpawnOptions("sh", "-c", "test -t 0 && echo terminal") { UseTerminal = true });
            StringBuilder text = new();
            for (ReadOnlyMemory<byte> piece; !(piece = await child.Terminal!.ReadBorrowedAsync()).IsEmpty;)
                text.Append(Encoding.ASCII.GetString(piece.Span));
            Assert.That(text.ToString().Trim(), Is.EqualTo("terminal"));
            Assert.That((await child.WaitAsync()).Code, Is.Zero);
        });
    }

    [Test]
    public void Start_NoSuchProgram_NamesIt() => _world.Run(async () =>
    {
        PlatformException? failure = Assert.Throws<PlatformException>(() => LoopProcess.Start(Loop, new SpawnOptions("gabbro-no-such-program") { StandardOutput = StandardStream.Pipe }));
        Assert.That(failure!.Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        await Loop.Yield();
    });

    [Test]
    public void Start_ManyAtOnce_AllEndAndNothingLeaks()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Pass("Descriptors are counted in /proc.");
        int descriptors = 0;
        _world.Run(async () =>
        {
            await LoopProcess.RunAsync(Loop, Shell("echo warm"));
            descriptors = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            int many = 20 * TestEffort.Factor;
            Task<ProcessOutput>[] runs = [.. Enumerable.Range(0, many).Select(i => LoopProcess.RunAsync(Loop, Shell($"echo {i}")).AsTask())];
            ProcessOutput[] outputs = await Task.WhenAll(runs);
            for (int i = 0; i < many; i++)
                Assert.That(outputs[i].OutputText.Trim(), Is.EqualTo(i.ToString()));
            Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
        });
        Assert.That(() => Directory.GetFileSystemEntries("/proc/self/fd").Length, Is.LessThanOrEqualTo(descriptors + 2).After(5000, 10));
    }
}
