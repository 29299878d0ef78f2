using System.Text;
using Gabbro.Platform.Native;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Tests.Processes;

[NonParallelizable]
public sealed class KillTreeTests
{
    [TestCase(ContainmentKind.Cgroup)]
    [TestCase(ContainmentKind.FreezerCgroup)]
    [TestCase(ContainmentKind.Subreaper)]
    public void KillTree_DoubleForksAndSessions_LeaveNothingAlive(ContainmentKind kind)
    {
        if (!Host.IsLinux) return;
        // The full run is GABBRO_TEST_EFFORT=50: 500 trees for each way.
        for (int run = 0; run < TestEffort.Scale(10); run++)
        {
            string mark = $"gabbro-tree-{Guid.NewGuid():N}";
            // Grandchildren that change their session, lose their parent, and keep forking while they are killed.
            string script =
                $"""
                burrow() (setsid sh -c '(setsid sh -c "while :; do sleep 1000 & sleep 0.0{run % 10}1; done" {mark} &) ; exit' {mark} &)
                burrow; burrow; burrow
                (sh -c 'sleep 1000 & sleep 1000' {mark} &)
                echo ready
                exec sleep 1000
                """;
            SpawnOptions options = Shell.Unix(script);
            options.ContainTree = true;
            options.ForcedContainment = kind;
            options.StandardOutput = StandardStream.Pipe;
            using ChildProcess child = ChildProcess.Start(options);
            byte[] buffer = new byte[10];
            Assert.That(child.StandardOutput!.Read(buffer), Is.EqualTo(6));
            if (child.Containment != kind)
            {
                // No such hierarchy, or no right to it: then the next best did the work, which its own case proves.
                Assert.That(child.Containment, Is.EqualTo(ContainmentKind.Subreaper));
            }

            if (run % 3 == 1) Thread.Yield();
            if (run % 4 == 3) child.Kill();
            NativeError error = child.KillTree();
            Assert.That(error.IsError, Is.False, error.ToString());
            Assert.That(child.Wait().NativeSignal, Is.EqualTo(9));
            Assert.That(Alive(mark), Is.Empty, $"run {run} with {child.Containment}");
            child.Dispose();
        }

        Assert.That(() => UnixSpawnTests.Children(), Is.Empty.After(30_000, 20));
        foreach (string mount in (string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/freezer"])
            if (Directory.Exists(mount)) Assert.That(Directory.GetDirectories(mount, $"gabbro.{Environment.ProcessId}.*"), Is.Empty);
    }

    [Test]
    public void KillTree_WithoutContainment_EndsWholeChains()
    {
        if (!Host.IsLinux) return;
        string mark = $"gabbro-tree-{Guid.NewGuid():N}";
        SpawnOptions options = Shell.Unix($"sh -c 'sh -c \"sleep 1000 & sleep 1000\" {mark} & sleep 1000' {mark} & echo ready; sleep 1000");
        options.StandardOutput = StandardStream.Pipe;
        using ChildProcess child = ChildProcess.Start(options);
        child.StandardOutput!.Read(new byte[10]);
        Assert.That(child.Containment, Is.EqualTo(ContainmentKind.None));
        Assert.That(child.KillTree().IsError, Is.False);
        Assert.That(child.Wait().NativeSignal, Is.EqualTo(9));
        Assert.That(Alive(mark), Is.Empty);
    }

    [Test]
    public void Dispose_ContainedTree_KillsIt()
    {
        SpawnOptions options = Shell.Forever();
        options.ContainTree = true;
        ChildProcess child = ChildProcess.Start(options);
        Assert.That(child.Containment, Is.Not.EqualTo(Host.IsDarwin ? ContainmentKind.Job : ContainmentKind.None));
        Task<ExitStatus> wait = child.WaitAsync();
        child.Dispose();
        Assert.That(wait.Wait(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(wait.Result.IsSuccess, Is.False);
    }

    private static List<string> Alive(string mark)
    {
        List<string> alive = [];
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _)) continue;
            try
            {
                string line = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline")));
                if (line.Contains(mark, StringComparison.Ordinal)) alive.Add($"{folder} {line.Replace('\0', ' ')}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended between the listing and the look.
                continue;
            }
        }

        return alive;
    }
}
