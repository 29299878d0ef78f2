using Gabbro.Platform.Containers;
using Gabbro.Platform.Native;
using Gabbro.Platform.Processes;
using Gabbro.Platform.Tests.Processes;

namespace Gabbro.Platform.Tests.Containers;

/// <summary>What may be refused (namespaces without privileges, control groups without rights) must be refused by the right step.</summary>
public sealed class ContainerTests
{
    private static bool CanSpawn => Host.IsLinux && CloneSpawner.IsAvailable;

    private static bool TryStart(SpawnOptions options, SpawnStep mayFailAt, out ProcessOutput output)
    {
        output = new ProcessOutput(default, [], []);
        options.StandardOutput = StandardStream.Pipe;
        options.StandardError = StandardStream.Pipe;
        SpawnFailure failure = ChildProcess.TryStart(options, out ChildProcess? child);
        if (failure.IsError)
        {
            Assert.That(failure.Step, Is.EqualTo(mayFailAt).Or.EqualTo(SpawnStep.CreateProcess), failure.ToString());
            Assert.That(failure.Error.Kind, Is.AnyOf(ErrorKind.NotPermitted, ErrorKind.PermissionDenied, ErrorKind.NotSupported, ErrorKind.NoSpace), failure.ToString());
            return false;
        }

        using (child)
        {
            byte[] text = ChildProcess.ReadToEnd(child!.StandardOutput!), errors = ChildProcess.ReadToEnd(child.StandardError!);
            output = new ProcessOutput(child.Wait(), text, errors);
        }

        return true;
    }

    [Test]
    public void Namespaces_PidAndUts_AreTheChildsOwn()
    {
        SpawnOptions options = Shell.Unix("echo $$; hostname");
        options.Container = new ContainerOptions { Namespaces = NamespaceKinds.Pid | NamespaceKinds.Uts, HostName = "inside" };
        if (!CanSpawn)
        {
            Assert.That(ChildProcess.TryStart(options, out _).Error.Kind, Is.EqualTo(ErrorKind.NotSupported).Or.EqualTo(ErrorKind.NotFound));
            return;
        }

        if (TryStart(options, SpawnStep.CreateProcess, out ProcessOutput output))
            Assert.That(output.OutputText, Is.EqualTo("1\ninside\n"), output.ErrorText);
    }

    [Test]
    public void UserNamespace_MappedIds_AreSeenInside()
    {
        if (!CanSpawn) return;
        SpawnOptions options = Shell.Unix("id -u; id -g; cat /proc/self/uid_map");
        options.Container = new ContainerOptions
        {
            Namespaces = NamespaceKinds.User,
            UserMap = { new IdMapping(0, Gabbro.Platform.Native.Unix.UnistdProcess.geteuid(), 1) },
            GroupMap = { new IdMapping(0, Gabbro.Platform.Native.Unix.UnistdProcess.getegid(), 1) },
        };
        for (int i = 0; i < TestEffort.Scale(20); i++)
        {
            if (!TryStart(options, SpawnStep.UserMap, out ProcessOutput output)) return;
            Assert.That(output.OutputText, Does.StartWith("0\n0\n"), output.ErrorText);
        }
    }

    [Test]
    public void UserNamespace_ImpossibleMap_FailsAtThatStep()
    {
        if (!CanSpawn) return;
        SpawnOptions options = Shell.Unix("exit 0");
        options.Container = new ContainerOptions { Namespaces = NamespaceKinds.User, UserMap = { new IdMapping(0, 5, 1), new IdMapping(0, 6, 1) } };
        SpawnFailure failure = ChildProcess.TryStart(options, out ChildProcess? child);
        child?.Dispose();
        Assert.That(failure.Step, Is.EqualTo(SpawnStep.UserMap).Or.EqualTo(SpawnStep.CreateProcess), failure.ToString());
        Assert.That(failure.IsError, Is.True);
    }

    [Test]
    public void PivotRoot_ContainerWithItsOwnProc_SeesNothingElse()
    {
        if (!CanSpawn) return;
        using TemporaryDirectory folder = new();
        string root = folder["root"];
        foreach (string name in (string[])["", "proc", "bin", "lib", "lib64", "usr", "tmp"]) Directory.CreateDirectory(Path.Combine(root, name));
        SpawnOptions options = new("/bin/sh", "-c", "echo $$; ls /; ls /proc | grep -c '^[0-9]'; ls -d /root 2>/dev/null; echo end");
        options.Container = new ContainerOptions
        {
            Namespaces = NamespaceKinds.Mount | NamespaceKinds.Pid | NamespaceKinds.Ipc,
            PivotRoot = root,
            Mounts =
            {
                new MountRequest(root, root, null, MountFlags.Bind | MountFlags.Recursive),
                new MountRequest("/usr", $"{root}/usr", null, MountFlags.Bind | MountFlags.Recursive),
                new MountRequest("/bin", $"{root}/bin", null, MountFlags.Bind | MountFlags.Recursive),
                new MountRequest("/lib", $"{root}/lib", null, MountFlags.Bind | MountFlags.Recursive),
                new MountRequest("/lib64", $"{root}/lib64", null, MountFlags.Bind | MountFlags.Recursive),
                new MountRequest("tmpfs", $"{root}/tmp", "tmpfs", MountFlags.NoSetUser | MountFlags.NoDevices, "size=1m"),
                new MountRequest("proc", $"{root}/proc", "proc", MountFlags.NoSetUser | MountFlags.NoExecute | MountFlags.NoDevices),
            },
        };
        if (!TryStart(options, SpawnStep.Mount, out ProcessOutput output)) return;
        string[] lines = output.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo("1"), output.ErrorText);
        Assert.That(lines[1..7], Is.EqualTo(new[] { "bin", "lib", "lib64", "proc", "tmp", "usr" }));
        Assert.That(int.Parse(lines[7]), Is.LessThan(6), "only the container's own processes");
        Assert.That(lines[8], Is.EqualTo("end"), "the old root is gone");
        Assert.That(File.ReadAllText("/proc/self/mounts"), Does.Not.Contain(root), "nothing was mounted outside");
    }

    [Test]
    public void Mount_Fails_NamesTheTarget()
    {
        if (!CanSpawn) return;
        SpawnOptions options = Shell.Unix("exit 0");
        options.Container = new ContainerOptions { Namespaces = NamespaceKinds.Mount, Mounts = { new MountRequest("proc", "/no/such/place", "proc") } };
        SpawnFailure failure = ChildProcess.TryStart(options, out _);
        if (failure.Step == SpawnStep.CreateProcess) return;
        Assert.That((failure.Step, failure.Error.Kind, failure.Target), Is.EqualTo((SpawnStep.Mount, ErrorKind.NotFound, "/no/such/place")));
    }

    [TestCase(CgroupVersion.V2)]
    [TestCase(CgroupVersion.V1Freezer)]
    [TestCase(CgroupVersion.V1Memory)]
    [TestCase(CgroupVersion.V1Pids)]
    public void Cgroup_CreateFillKillRemove_LeavesNothing(CgroupVersion version)
    {
        string name = $"gabbro-test-{Environment.ProcessId}-{version}";
        NativeError error = Cgroup.TryCreate(version, name, out Cgroup? group);
        if (error.IsError)
        {
            Assert.That(error.Kind, Is.AnyOf(ErrorKind.NotSupported, ErrorKind.PermissionDenied, ErrorKind.ReadOnlyFileSystem, ErrorKind.NotPermitted), error.ToString());
            return;
        }

        using ChildProcess child = ChildProcess.Start(Shell.Forever());
        Assert.That(group!.Add(child.Id).IsError, Is.False);
        Assert.That(group.TryGetProcesses(out int[] processes).IsError, Is.False);
        Assert.That(processes, Is.EqualTo(new[] { child.Id }));
        Assert.That(Cgroup.TryCreate(version, name, out _).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        switch (version)
        {
            case CgroupVersion.V1Memory:
                Assert.That(group.LimitMemory(64 << 20).IsError, Is.False);
                Assert.That(group.TryGet("memory.limit_in_bytes", out string limit).IsError, Is.False);
                Assert.That(limit, Is.EqualTo((64 << 20).ToString()));
                child.Kill();
                break;
            case CgroupVersion.V1Pids:
                Assert.That(group.LimitProcesses(5).IsError, Is.False);
                child.Kill();
                break;
            default:
                Assert.That(group.Freeze(true).IsError, Is.False);
                Assert.That(child.Wait(TimeSpan.FromMilliseconds(10), out _), Is.False);
                Assert.That(group.Freeze(false).IsError, Is.False);
                Assert.That(group.Kill().IsError, Is.False);
                break;
        }

        Assert.That(child.Wait().NativeSignal, Is.EqualTo(9));
        Assert.That(group.Remove().IsError, Is.False);
        Assert.That(Directory.Exists(group.Path), Is.False);
    }

    [Test]
    public void Options_BadInput_ThrowBeforeAnyEffect()
    {
        Check(new ContainerOptions { HostName = "x" });
        Check(new ContainerOptions { UserMap = { new IdMapping(0, 0, 1) } });
        Check(new ContainerOptions { PivotRoot = "/" });
        Check(new ContainerOptions { Namespaces = NamespaceKinds.Uts, HostName = new string('x', 65) });
        Check(new ContainerOptions { Namespaces = NamespaceKinds.Mount, Mounts = { new MountRequest("a\0", "b", null) } });
        Assert.Throws<ArgumentException>(() => Cgroup.TryCreate(CgroupVersion.V2, "a/b", out _));
        Assert.Throws<ArgumentException>(() => Cgroup.TryCreate(CgroupVersion.V2, "..", out _));
        Assert.Throws<ArgumentException>(() => Cgroup.TryCreate(CgroupVersion.V2, "", out _));

        static void Check(ContainerOptions container) =>
            Assert.Throws<ArgumentException>(() => ChildProcess.Start(new SpawnOptions("/bin/true") { Container = container }));
    }
}
