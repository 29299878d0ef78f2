using Gabbro.Platform.Native;

namespace Gabbro.Platform.Machine;

/// <summary>The topology out of sysfs; there is no call for it.</summary>
internal static class LinuxTopology
{
    /// <summary>Reads below a root, so that a test can show other machines.</summary>
    internal static CpuTopology Read(string root)
    {
        List<LogicalProcessor> processors = [];
        Dictionary<(int Package, int Core), int> cores = [];
        Dictionary<(int Level, CacheKind Kind, long Size, int Line), (HashSet<string> Instances, int SharedBy)> caches = [];
        Dictionary<int, int> nodes = Nodes(root);
        foreach (int id in ParseList(SmallFile.TryRead($"{root}/cpu/online")))
        {
            string folder = $"{root}/cpu/cpu{id}";
            int package = Number($"{folder}/topology/physical_package_id") ?? 0;
            int core = Number($"{folder}/topology/core_id") ?? id;
            // Numbers of cores are unique only within their package.
            if (!cores.TryGetValue((package, core), out int index)) cores[(package, core)] = index = cores.Count;
            processors.Add(new LogicalProcessor(id, index, package, nodes.GetValueOrDefault(id)));
            for (int i = 0; SmallFile.TryRead($"{folder}/cache/index{i}/level") is { } level; i++)
            {
                string cache = $"{folder}/cache/index{i}";
                string shared = SmallFile.TryRead($"{cache}/shared_cpu_list")?.Trim() ?? id.ToString();
                CacheKind kind = SmallFile.TryRead($"{cache}/type")?.Trim() switch
                {
                    "Data" => CacheKind.Data,
                    "Instruction" => CacheKind.Instruction,
                    _ => CacheKind.Unified,
                };
                var key = (int.Parse(level), kind, Size(SmallFile.TryRead($"{cache}/size")), Number($"{cache}/coherency_line_size") ?? 64);
                if (!caches.TryGetValue(key, out var entry)) caches[key] = entry = ([], ParseList(shared).Count);
                entry.Instances.Add(shared);
            }
        }

        return new CpuTopology(processors,
        [
            .. caches.Select(c => new CacheInfo(c.Key.Level, c.Key.Kind, c.Key.Size, c.Key.Line, c.Value.SharedBy, c.Value.Instances.Count))
                .OrderBy(c => c.Level).ThenBy(c => c.Kind),
        ]);
    }

    /// <summary>Reads lists such as <c>0-3,8,10-11</c>.</summary>
    internal static List<int> ParseList(string? text)
    {
        List<int> numbers = [];
        foreach (string part in (text ?? "").Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int dash = part.IndexOf('-');
            if (!int.TryParse(dash < 0 ? part : part[..dash], out int first)) continue;
            int last = first;
            if (dash >= 0 && (!int.TryParse(part[(dash + 1)..], out last) || last - first > 65_536)) continue;
            for (int i = first; i <= last; i++) numbers.Add(i);
        }

        return numbers;
    }

    private static Dictionary<int, int> Nodes(string root)
    {
        Dictionary<int, int> nodes = [];
        foreach (int node in ParseList(SmallFile.TryRead($"{root}/node/online")))
            foreach (int processor in ParseList(SmallFile.TryRead($"{root}/node/node{node}/cpulist"))) nodes[processor] = node;
        return nodes;
    }

    private static int? Number(string path) => int.TryParse(SmallFile.TryRead(path), out int value) ? value : null;

    private static long Size(string? text)
    {
        ReadOnlySpan<char> trimmed = (text ?? "").AsSpan().Trim();
        if (trimmed.IsEmpty) return 0;
        int factor = trimmed[^1] switch { 'K' => 1 << 10, 'M' => 1 << 20, 'G' => 1 << 30, _ => 1 };
        return long.TryParse(factor == 1 ? trimmed : trimmed[..^1], out long value) ? value * factor : 0;
    }
}
