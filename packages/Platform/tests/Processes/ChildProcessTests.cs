using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Tests.Processes;

/// <summary>What every system can do.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(255)]
    public void Wait_ExitCode_IsTold(int code)
    {
        using ChildProcess child = ChildProcess.Start(Shell.Exit(code));
        Assert.That(child.Wait(), Is.EqualTo(ExitStatus.Exited(code)));
        Assert.That(child.Wait(), Is.EqualTo(ExitStatus.Exited(code)), "told again");
        Assert.That(child.Kill().Kind, Is.EqualTo(ErrorKind.ProcessNotFound));
    }

    [Test]
    public void Kill_RunningChild_EndsIt()
    {
        using ChildProcess child = ChildProcess.Start(Shell.Forever());
        Assert.That(child.Wait(TimeSpan.FromMilliseconds(20), out _), Is.False);
        Assert.That(child.TryGetExitStatus(out _), Is.False);
        Assert.That(child.Send(Signal.None).IsError, Is.False);
        Assert.That(child.Kill().IsError, Is.False);
        Assert.That(child.Wait(Patience, out ExitStatus status), Is.True);
        Assert.That(status, Is.EqualTo(Host.IsWindows ? ExitStatus.Exited(1) : ExitStatus.Killed(9)));
    }

    [Test]
    public async Task WaitAsync_ManyChildren_AllAreTold()
    {
        List<(ChildProcess Child, int Code)> children = [];
        for (int i = 0; i < 10; i++) children.Add((ChildProcess.Start(Shell.Exit(i)), i));
        foreach ((ChildProcess child, int code) in children)
        {
            Assert.That((await child.WaitAsync().WaitAsync(Patience)).Code, Is.EqualTo(code));
            Assert.That((await child.WaitAsync()).Code, Is.EqualTo(code));
            child.Dispose();
        }
    }

    [Test]
    public void WaitAsync_Cancelled_LeavesTheChildRunning()
    {
        using ChildProcess child = ChildProcess.Start(Shell.Forever());
        using CancellationTokenSource source = new();
        Task<ExitStatus> wait = child.WaitAsync(source.Token);
        source.Cancel();
        Assert.CatchAsync<OperationCanceledException>(() => wait);
        Assert.That(child.TryGetExitStatus(out _), Is.False);
        child.Kill();
        Assert.That(child.WaitAsync().Wait(Patience), Is.True);
    }

    [Test]
    public void Pipes_AllThreeStreams_Carry()
    {
        SpawnOptions options = Host.IsWindows ? new SpawnOptions("cmd.exe", "/q", "/d") : Shell.Unix("cat; echo oops >&2");
        options.StandardInput = StandardStream.Pipe;
        options.StandardOutput = StandardStream.Pipe;
        options.StandardError = StandardStream.Pipe;
        using ChildProcess child = ChildProcess.Start(options);
        child.StandardInput!.WriteAll(Encoding.ASCII.GetBytes(Host.IsWindows ? "echo hello& echo oops 1>&2\r\nexit\r\n" : "hello"));
        child.StandardInput.Dispose();
        string output = Encoding.ASCII.GetString(ChildProcess.ReadToEnd(child.StandardOutput!));
        string error = Encoding.ASCII.GetString(ChildProcess.ReadToEnd(child.StandardError!));
        Assert.That(output, Does.Contain("hello"));
        Assert.That(error, Does.Contain("oops"));
        Assert.That(child.Wait().IsSuccess, Is.True);
    }

    [Test]
    public void Run_BothStreamsFull_GetsEverything()
    {
        if (Host.IsWindows)
        {
            Assert.That(ChildProcess.Run(new SpawnOptions("cmd.exe", "/c", "echo hi")).OutputText.Trim(), Is.EqualTo("hi"));
            return;
        }

        ProcessOutput output = ChildProcess.Run(Shell.Unix("head -c 300000 /dev/zero; head -c 300001 /dev/zero >&2"));
        Assert.That((output.Output.Length, output.Error.Length), Is.EqualTo((300_000, 300_001)));
    }

    [Test]
    public void Run_Cancelled_KillsTheChild()
    {
        using CancellationTokenSource source = new();
        SpawnOptions options = Shell.Forever();
        source.CancelAfter(50);
        Assert.Catch<OperationCanceledException>(() => ChildProcess.Run(new SpawnOptions(options.FileName, [.. options.Arguments, .. Host.IsWindows ? (string[])["/c", "pause"] : []]), source.Token));
    }

    [Test]
    public void Environment_Given_IsAllTheChildHas()
    {
        Dictionary<string, string> environment = new() { ["GABBRO_TEST"] = "a b=c", ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };
        if (Host.IsWindows) environment["SystemRoot"] = Environment.GetEnvironmentVariable("SystemRoot")!;
        SpawnOptions options = Host.IsWindows ? new SpawnOptions("cmd.exe", "/c", "set GABBRO_TEST") : new SpawnOptions("env");
        options.Environment = environment;
        string text = Shell.Output(options);
        Assert.That(text, Does.Contain("GABBRO_TEST=a b=c"));
        if (!Host.IsWindows) Assert.That(text.Trim().Split('\n'), Has.Length.EqualTo(2));
    }

    [Test]
    public void WorkingDirectory_Given_IsTheChilds()
    {
        using TemporaryDirectory folder = new();
        SpawnOptions options = Host.IsWindows ? new SpawnOptions("cmd.exe", "/c", "cd") : new SpawnOptions("pwd");
        options.WorkingDirectory = folder.Path;
        Assert.That(Shell.Output(options).Trim(), Is.EqualTo(folder.Path).IgnoreCase);
    }

    [Test]
    public void TryStart_NoSuchProgram_NamesTheStep()
    {
        SpawnFailure failure = ChildProcess.TryStart(new SpawnOptions("no-such-program-anywhere"), out ChildProcess? child);
        Assert.That((failure.Step, failure.Error.Kind, child), Is.EqualTo((SpawnStep.Search, ErrorKind.NotFound, (ChildProcess?)null)));
        using TemporaryDirectory folder = new();
        string missing = folder["missing"];
        failure = ChildProcess.TryStart(new SpawnOptions(missing), out _);
        Assert.That((failure.Step, failure.Error.Kind, failure.Target), Is.EqualTo((SpawnStep.Execute, ErrorKind.NotFound, missing)));
        PlatformException e = Assert.Throws<PlatformException>(() => ChildProcess.Start(new SpawnOptions(missing)))!;
        Assert.That(e.Message, Does.Contain("Execute").And.Contain(missing));
    }

    [Test]
    public void TryStart_NoSuchDirectory_NamesTheStep()
    {
        SpawnOptions options = Shell.Exit(0);
        using TemporaryDirectory folder = new();
        options.WorkingDirectory = folder["missing"];
        SpawnFailure failure = ChildProcess.TryStart(options, out _);
        Assert.That(failure.Step, Is.EqualTo(SpawnStep.WorkingDirectory));
        Assert.That(failure.Target, Is.EqualTo(folder["missing"]));
    }

    [Test]
    public void Options_BadInput_ThrowBeforeAnyEffect()
    {
        using FileHandle file = FileHandle.FromDescriptor(1, ownsHandle: false);
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentException>(() => _ = new SpawnOptions(""));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a\0b")));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a", "b\0c")));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { WorkingDirectory = "\0" }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { Environment = new Dictionary<string, string> { [""] = "x" } }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { Environment = new Dictionary<string, string> { ["a=b"] = "x" } }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { Descriptors = { [2] = file } }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { StandardInput = StandardStream.StandardOutput }));
            Assert.Throws<ArgumentOutOfRangeException>(() => ChildProcess.Start(new SpawnOptions("a") { Nice = 20 }));
            Assert.Throws<ArgumentOutOfRangeException>(() => ChildProcess.Start(new SpawnOptions("a") { Umask = 512 }));
            Assert.Throws<ArgumentOutOfRangeException>(() => ChildProcess.Start(new SpawnOptions("a") { ProcessGroup = -1 }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { ProcessGroup = 0, NewSession = true }));
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("a") { ResourceLimits = { [Gabbro.Platform.Machine.ResourceKind.OpenFiles] = new(2, 1) } }));
            Assert.Throws<ArgumentNullException>(() => ChildProcess.Start(null!));
            Assert.Throws<ArgumentNullException>(() => StandardStream.FromHandle(null!));
        });
    }

    [Test]
    public void ExitHandle_RegisteredWithPoller_BecomesReadable()
    {
        if (Host.IsWindows) return; // process handles are waited for, not polled
        using ChildProcess child = ChildProcess.Start(Shell.Forever());
        using ReadinessPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        poller.Add(child.ExitHandle, 5, PollInterest.Readable);
        Assert.That(poller.Wait(events, TimeSpan.Zero), Is.Zero);
        child.Kill();
        Assert.That(poller.Wait(events, Patience), Is.EqualTo(1));
        Assert.That(child.TryGetExitStatus(out _), Is.True);
    }
}
