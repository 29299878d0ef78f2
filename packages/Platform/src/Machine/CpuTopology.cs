using Gabbro.Platform.Native;

namespace Gabbro.Platform.Machine;

/// <summary>The processors of the machine: logical processors, cores, packages, memory nodes and caches. Read once; processors that
/// come and go later are not seen.</summary>
public sealed class CpuTopology
{
    private static readonly Lazy<CpuTopology> Machine = new(Read);

    internal CpuTopology(IReadOnlyList<LogicalProcessor> processors, IReadOnlyList<CacheInfo> caches)
    {
        Processors = processors;
        Caches = caches;
    }

    /// <summary>The topology of this machine.</summary>
    public static CpuTopology Current => Machine.Value;

    /// <summary>The logical processors that are online, by number.</summary>
    public IReadOnlyList<LogicalProcessor> Processors { get; }

    /// <summary>The kinds of caches, nearest first.</summary>
    public IReadOnlyList<CacheInfo> Caches { get; }

    /// <summary>The number of cores.</summary>
    public int CoreCount => Processors.Select(p => p.Core).Distinct().Count();

    /// <summary>The number of packages.</summary>
    public int PackageCount => Processors.Select(p => p.Package).Distinct().Count();

    /// <summary>The number of memory nodes with processors.</summary>
    public int NodeCount => Processors.Select(p => p.Node).Distinct().Count();

    /// <summary>Bytes of a line of the first data cache; 64 when the system does not tell.</summary>
    public int CacheLineSize
    {
        get
        {
            foreach (CacheInfo cache in Caches)
                if (cache is { Level: 1, LineSize: > 0 } && cache.Kind != CacheKind.Instruction) return cache.LineSize;
            return 64;
        }
    }

    private static CpuTopology Read()
    {
        CpuTopology found = Host.IsWindows ? WindowsTopology.Read() : Host.IsDarwin ? DarwinTopology.Read() : LinuxTopology.Read("/sys/devices/system");
        if (found.Processors.Count > 0) return found;
        // Nothing was told (no sysfs in a sandbox): every processor a core of its own.
        return new CpuTopology([.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => new LogicalProcessor(i, i, 0, 0))], found.Caches);
    }
}
