using System.Runtime.Intrinsics.X86;
using Gabbro.Platform.Machine;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Tests.Machine;

public sealed class MachineTests
{
    [Test]
    public void Topology_ThisMachine_CountsItsProcessors()
    {
        CpuTopology topology = CpuTopology.Current;
        Assert.That(topology.Processors, Has.Count.AtLeast(1));
        Assert.That(topology.Processors.Select(p => p.Id), Is.Unique);
        Assert.That(topology.CoreCount, Is.InRange(1, topology.Processors.Count));
        Assert.That(topology.PackageCount, Is.InRange(1, topology.CoreCount));
        Assert.That(topology.CacheLineSize, Is.AnyOf(32, 64, 128, 256));
    }

    [Test]
    public void LinuxTopology_TwoPackagesWithHyperthreads_IsReadBelowARoot()
    {
        using TemporaryDirectory folder = new();
        Write("cpu/online", "0-3,6-7\n");
        int[] ids = [0, 1, 2, 3, 6, 7];
        for (int i = 0; i < ids.Length; i++)
        {
            string cpu = $"cpu/cpu{ids[i]}";
            Write($"{cpu}/topology/physical_package_id", ids[i] < 4 ? "0\n" : "1\n");
            Write($"{cpu}/topology/core_id", $"{ids[i] / 2 % 2}\n");
            Write($"{cpu}/cache/index0/level", "1\n");
            Write($"{cpu}/cache/index0/type", "Data\n");
            Write($"{cpu}/cache/index0/size", "48K\n");
            Write($"{cpu}/cache/index0/coherency_line_size", "64\n");
            Write($"{cpu}/cache/index0/shared_cpu_list", $"{ids[i] / 2 * 2}-{(ids[i] / 2 * 2) + 1}\n");
        }

        Write("node/online", "0-1\n");
        Write("node/node0/cpulist", "0-3\n");
        Write("node/node1/cpulist", "6,7\n");
        CpuTopology topology = LinuxTopology.Read(folder.Path);
        Assert.That(topology.Processors.Select(p => p.Id), Is.EqualTo(ids));
        Assert.That((topology.CoreCount, topology.PackageCount, topology.NodeCount), Is.EqualTo((3, 2, 2)));
        Assert.That(topology.Caches, Is.EqualTo(new[] { new CacheInfo(1, CacheKind.Data, 48 * 1024, 64, 2, 3) }));

        void Write(string name, string text)
        {
            string path = folder[name];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    [TestCase("0-3,8,10-11", new[] { 0, 1, 2, 3, 8, 10, 11 })]
    [TestCase("", new int[0])]
    [TestCase("x,1-,-5,7", new[] { 7 })]
    [TestCase("0-99999999", new int[0])]
    public void ParseList_AnyText_GivesItsNumbers(string text, int[] expected)
    {
        // "-5" has no first number and "1-" no last one: both are skipped.
        Assert.That(LinuxTopology.ParseList(text), Is.EqualTo(expected));
    }

    [Test]
    public void WindowsTopology_DamagedRecords_NeverReadOutside()
    {
        int seed = TestSeed.Next();
        Random random = new(seed);
        byte[] bytes = new byte[400];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (int at = 0; at + 48 < bytes.Length; at += 48)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(at), random.Next(5));
                BitConverter.TryWriteBytes(bytes.AsSpan(at + 4), random.Next(3) == 0 ? random.Next(60) : 48);
                BitConverter.TryWriteBytes(bytes.AsSpan(at + 30), (short)random.Next(3));
            }

            Assert.DoesNotThrow(() => WindowsTopology.Parse(bytes.AsSpan(0, random.Next(bytes.Length))), $"seed {seed}");
        }
    }

    [Test]
    public void ProcessorInfo_Features_AgreeWithTheRuntime()
    {
        if (!X86Base.IsSupported) return;
        Assert.That(ProcessorInfo.Vendor, Is.Not.Empty);
        Assert.That(ProcessorInfo.Features, Does.Contain("sse2"));
        // The runtime may use less than there is, never more.
        if (Avx2.IsSupported) Assert.That(ProcessorInfo.Features, Does.Contain("avx2"));
        if (Avx512F.IsSupported) Assert.That(ProcessorInfo.Features, Does.Contain("avx512f"));
        if (Bmi2.IsSupported) Assert.That(ProcessorInfo.Features, Does.Contain("bmi2"));
        if (Popcnt.IsSupported) Assert.That(ProcessorInfo.Features, Does.Contain("popcnt"));
    }

    [Test]
    public void SystemMemory_Now_IsPlausible()
    {
        SystemMemory memory = SystemMemory.Read();
        Assert.That(memory.Total, Is.GreaterThan(64L << 20));
        Assert.That(memory.Available, Is.InRange(1, memory.Total));
        Assert.That(memory.SwapFree, Is.InRange(0, memory.SwapTotal));
        Assert.That(SystemMemory.MeminfoAvailable("MemTotal: 5 kB\nMemAvailable:     77 kB\n"), Is.EqualTo(77 * 1024));
        Assert.That(SystemMemory.MeminfoAvailable("MemTotal: 5 kB\n"), Is.Null);
    }

    [Test]
    public void LoadAverage_Now_IsToldOrNotSupported()
    {
        NativeError error = LoadAverage.TryRead(out LoadAverage load);
        if (Host.IsWindows) Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
        else Assert.That(load.OneMinute, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void ResourceLimits_SetAndGet_RoundTrip()
    {
        NativeError error = ResourceLimits.TryGet(ResourceKind.CoreDump, out ResourceLimit before);
        if (error.IsError)
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
            return;
        }

        ResourceLimits.Set(ResourceKind.CoreDump, before with { Soft = Math.Min(before.Hard, 4096) });
        Assert.That(ResourceLimits.Get(ResourceKind.CoreDump).Soft, Is.EqualTo(Math.Min(before.Hard, 4096)));
        ResourceLimits.Set(ResourceKind.CoreDump, before);
        if (Host.IsLinux)
        {
            Assert.That(ResourceLimits.TryGet(Environment.ProcessId, ResourceKind.OpenFiles, out ResourceLimit mine).IsError, Is.False);
            Assert.That(mine, Is.EqualTo(ResourceLimits.Get(ResourceKind.OpenFiles)));
        }

        Assert.Throws<ArgumentException>(() => ResourceLimits.Set(ResourceKind.CoreDump, new ResourceLimit(2, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResourceLimits.Get((ResourceKind)99));
    }

    private const string V2Mounts = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
    private const string V1Mounts =
        "40 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n" +
        "41 30 0:31 /docker/abc /sys/fs/cgroup/mem\\040ory rw - cgroup cgroup rw,memory\n" +
        "42 30 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

    [Test]
    public void ContainerLimits_Version2_TakesTheSmallestOfTheChain()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/fs/cgroup/a/b/cpu.max"] = "max 100000\n",
            ["/sys/fs/cgroup/a/cpu.max"] = "150000 100000\n",
            ["/sys/fs/cgroup/a/b/memory.max"] = "1000000\n",
            ["/sys/fs/cgroup/a/memory.max"] = "500000\n",
            ["/sys/fs/cgroup/a/b/memory.current"] = "1234\n",
            ["/sys/fs/cgroup/a/b/pids.max"] = "max\n",
            ["/sys/fs/cgroup/a/pids.max"] = "77\n",
        };
        ContainerLimits limits = ContainerLimits.Read(V2Mounts, "0::/a/b\n", path => files.GetValueOrDefault(path));
        Assert.That(limits, Is.EqualTo(new ContainerLimits(1.5, 500_000, 1234, 77)));
    }

    [Test]
    public void ContainerLimits_Version1_KnowsItsWordsForNone()
    {
        Dictionary<string, string> files = new()
        {
            ["/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us"] = "-1\n",
            ["/sys/fs/cgroup/cpu/x/cpu.cfs_period_us"] = "100000\n",
            ["/sys/fs/cgroup/cpu/cpu.cfs_quota_us"] = "50000\n",
            ["/sys/fs/cgroup/cpu/cpu.cfs_period_us"] = "100000\n",
            ["/sys/fs/cgroup/mem ory/memory.limit_in_bytes"] = "67108864\n",
            ["/sys/fs/cgroup/mem ory/memory.usage_in_bytes"] = "4096\n",
            ["/sys/fs/cgroup/pids/y/pids.max"] = "max\n",
        };
        const string Groups = "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n3:pids:/y\n";
        ContainerLimits limits = ContainerLimits.Read(V1Mounts, Groups, path => files.GetValueOrDefault(path));
        Assert.That(limits, Is.EqualTo(new ContainerLimits(0.5, 67_108_864, 4096, null)));
        files["/sys/fs/cgroup/mem ory/memory.limit_in_bytes"] = "9223372036854771712\n";
        Assert.That(ContainerLimits.Read(V1Mounts, Groups, path => files.GetValueOrDefault(path)).Memory, Is.Null);
    }

    [Test]
    public void ContainerLimits_ThisMachineOrGarbage_NeverThrow()
    {
        Assert.DoesNotThrow(() => ContainerLimits.Read());
        int seed = TestSeed.Next();
        Random random = new(seed);
        for (int i = 0; i < 2000; i++)
        {
            string mounts = Garbage(), groups = Garbage();
            Assert.DoesNotThrow(() => ContainerLimits.Read(mounts, groups, _ => Garbage()), $"seed {seed}");
        }

        string Garbage() => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => ((string[])["cgroup2", " ", ":", "0", "/", "-", "\n", " - ", "max", "\\040", "\\9", "memory", "99999999999999999999"])[random.Next(13)]));
    }
}
