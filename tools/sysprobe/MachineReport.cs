using System.Runtime.InteropServices;
using System.Text.Json;
using Gabbro.Platform.Machine;
using Gabbro.Platform.Polling;
using Spectre.Console;

namespace Gabbro.Tools.SysProbe;

/// <summary>What the machine is, has, and allows.</summary>
internal static class MachineReport
{
    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static int Print(bool json)
    {
        CpuTopology topology = CpuTopology.Current;
        SystemMemory memory = SystemMemory.Read();
        ContainerLimits container = ContainerLimits.Read();
        LoadAverage? load = LoadAverage.TryRead(out LoadAverage now).IsError ? null : now;
        List<(string Name, ResourceLimit Limit)> limits = [];
        foreach (ResourceKind kind in Enum.GetValues<ResourceKind>())
            if (!ResourceLimits.TryGet(kind, out ResourceLimit limit).IsError) limits.Add((kind.ToString(), limit));
        SubmissionRingFeatures ring = SubmissionRingFeatures.Probe();
        using ReadinessPoller poller = new();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new
                {
                    system = RuntimeInformation.OSDescription,
                    architecture = ProcessorInfo.Architecture.ToString(),
                    processor = new { vendor = ProcessorInfo.Vendor, model = ProcessorInfo.Model, features = ProcessorInfo.Features },
                    topology = new
                    {
                        logical = topology.Processors.Count,
                        cores = topology.CoreCount,
                        packages = topology.PackageCount,
                        nodes = topology.NodeCount,
                        caches = topology.Caches.Select(c => new { c.Level, kind = c.Kind.ToString(), c.Size, c.LineSize, c.SharedBy, c.Count }),
                    },
                    memory,
                    load,
                    container,
                    limits = limits.ToDictionary(l => l.Name, l => new { soft = Text(l.Limit.Soft), hard = Text(l.Limit.Hard) }),
                    poller = poller.Mechanism,
                    rings = ring.IsSupported,
                    features = Features.Current.All.ToDictionary(f => f.Feature.ToString(), f => f.IsAvailable),
                },
                Indented));
            return 0;
        }

        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "value");
        table.AddRow("system", Markup.Escape($"{RuntimeInformation.OSDescription} on {ProcessorInfo.Architecture}"));
        table.AddRow("processor", Markup.Escape($"{ProcessorInfo.Vendor} {ProcessorInfo.Model}".Trim()));
        table.AddRow("topology", $"{topology.Processors.Count} logical, {topology.CoreCount} cores, {topology.PackageCount} packages, {topology.NodeCount} nodes");
        foreach (CacheInfo cache in topology.Caches)
            table.AddRow($"cache L{cache.Level}", $"{cache.Kind} {Bytes(cache.Size)}, lines of {cache.LineSize}, {cache.Count} of them, each for {cache.SharedBy}");
        table.AddRow("instructions", Markup.Escape(string.Join(' ', ProcessorInfo.Features)));
        table.AddRow("memory", $"{Bytes(memory.Available)} available of {Bytes(memory.Total)}, swap {Bytes(memory.SwapFree)} free of {Bytes(memory.SwapTotal)}");
        if (load is { } average) table.AddRow("load", $"{average.OneMinute:F2} {average.FiveMinutes:F2} {average.FifteenMinutes:F2}");
        table.AddRow("container", $"processors {container.Processors?.ToString("F2") ?? "all"}, memory {(container.Memory is { } most ? Bytes(most) : "all")}, processes {container.Processes?.ToString("N0") ?? "any"}");
        foreach ((string name, ResourceLimit limit) in limits) table.AddRow($"limit {name}", $"{Text(limit.Soft)} of {Text(limit.Hard)}");
        table.AddRow("poller", poller.Mechanism);
        foreach (FeatureStatus feature in Features.Current.All)
            table.AddRow($"feature {feature.Feature}", feature.IsAvailable ? "[green]yes[/]" : Markup.Escape($"no: {feature.Reason.Kind}"));
        AnsiConsole.Write(table);
        return 0;
    }

    private static string Text(ulong value) => value == ResourceLimit.Unlimited ? "unlimited" : value.ToString("N0");

    private static string Bytes(long value)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double scaled = value;
        int unit = 0;
        while (scaled >= 1024 && unit < units.Length - 1)
        {
            scaled /= 1024;
            unit++;
        }

        return unit == 0 ? $"{value} B" : $"{scaled:F1} {units[unit]}";
    }
}
