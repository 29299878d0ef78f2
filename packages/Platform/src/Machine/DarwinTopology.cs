using System.Text;
using Gabbro.Platform.Native.Darwin;

namespace Gabbro.Platform.Machine;

/// <summary>The topology as sysctl(3) tells it: counts and sizes, with no map of which processor is which.</summary>
internal static unsafe class DarwinTopology
{
    internal static CpuTopology Read()
    {
        int logical = (int)Number("hw.logicalcpu"), physical = Math.Max(1, (int)Number("hw.physicalcpu"));
        int packages = Math.Max(1, (int)Number("hw.packages"));
        int threads = Math.Max(1, logical / physical), line = (int)Number("hw.cachelinesize");
        List<LogicalProcessor> processors = [];
        for (int i = 0; i < logical; i++)
        {
            int core = i / threads;
            processors.Add(new LogicalProcessor(i, core, core * packages / physical, 0));
        }

        List<CacheInfo> caches = [];
        foreach ((int level, CacheKind kind, string name) in
            ((int, CacheKind, string)[])[(1, CacheKind.Data, "hw.l1dcachesize"), (1, CacheKind.Instruction, "hw.l1icachesize"), (2, CacheKind.Unified, "hw.l2cachesize"), (3, CacheKind.Unified, "hw.l3cachesize")])
        {
            long size = Number(name);
            if (size > 0) caches.Add(new CacheInfo(level, kind, size, line, 0, 0));
        }

        return new CpuTopology(processors, caches);
    }

    /// <summary>A number of sysctl, 0 when there is none; 4 and 8 byte values look alike to a little-endian reader.</summary>
    internal static long Number(string name)
    {
        long value = 0;
        nuint size = sizeof(long);
        fixed (byte* text = Encoding.ASCII.GetBytes(name + '\0'))
            return SysSysctl.sysctlbyname(text, &value, &size, null, 0) == 0 ? value : 0;
    }
}
