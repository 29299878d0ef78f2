using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Machine;

/// <summary>The memory of the machine at one moment, in bytes. A container may get less: see <see cref="ContainerLimits"/>.</summary>
/// <param name="Total">Physical memory.</param>
/// <param name="Available">What programs can get without swapping; on macOS only what is free at once.</param>
/// <param name="SwapTotal">Swap space, on Windows the room of the page files.</param>
/// <param name="SwapFree">Swap space not in use.</param>
public readonly unsafe record struct SystemMemory(long Total, long Available, long SwapTotal, long SwapFree)
{
    /// <summary>The memory now.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static SystemMemory Read()
    {
        if (Host.IsWindows) return ReadWindows();
        return Host.IsDarwin
            ? new SystemMemory(
                DarwinTopology.Number("hw.memsize"), DarwinTopology.Number("vm.page_free_count") * Environment.SystemPageSize, 0, 0)
            : ReadLinux();
    }

    private static SystemMemory ReadLinux()
    {
        // struct sysinfo: uptime, three loads, then the memory fields; 112 bytes. The unit is the word after the high memory.
        ulong* information = stackalloc ulong[32];
        if (LinuxSysinfo.sysinfo(information) != 0) NativeError.Last().Throw("sysinfo");
        long unit = *(uint*)((byte*)information + 104);
        long total = (long)information[4] * unit, free = (long)information[5] * unit, buffers = (long)information[7] * unit;
        // The call does not count the page cache that would be given up; the estimate is in meminfo alone.
        long available = MeminfoAvailable(SmallFile.TryRead("/proc/meminfo")) ?? free + buffers;
        return new SystemMemory(total, available, (long)information[8] * unit, (long)information[9] * unit);
    }

    internal static long? MeminfoAvailable(string? text)
    {
        foreach (string line in (text ?? "").Split('\n'))
        {
            if (!line.StartsWith("MemAvailable:", StringComparison.Ordinal)) continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], out long kilobytes)) return kilobytes * 1024;
        }

        return null;
    }

    private static SystemMemory ReadWindows()
    {
        // MEMORYSTATUSEX: 64 bytes, its own length first.
        ulong* status = stackalloc ulong[8];
        new Span<ulong>(status, 8).Clear();
        *(uint*)status = 64;
        if (SysInfoApi.GlobalMemoryStatusEx(status) == 0) NativeError.Last().Throw("GlobalMemoryStatusEx");
        // Page-file figures include physical memory.
        return new SystemMemory((long)status[1], (long)status[2], Math.Max(0, (long)status[3] - (long)status[1]), Math.Max(0, (long)status[4] - (long)status[2]));
    }
}
