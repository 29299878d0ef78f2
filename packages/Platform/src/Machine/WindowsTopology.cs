using System.Numerics;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Machine;

/// <summary>The topology as GetLogicalProcessorInformationEx tells it: records of varying length, masks within groups of 64.</summary>
internal static unsafe class WindowsTopology
{
    private const int RelationCore = 0;
    private const int RelationNode = 1;
    private const int RelationCache = 2;
    private const int RelationPackage = 3;
    private const int RelationAll = 0xFFFF;

    internal static CpuTopology Read()
    {
        uint length = 0;
        SysInfoApi.GetLogicalProcessorInformationEx(RelationAll, null, &length);
        byte[] buffer = new byte[length];
        fixed (byte* start = buffer)
            return length > 0 && SysInfoApi.GetLogicalProcessorInformationEx(RelationAll, start, &length) != 0
                ? Parse(buffer.AsSpan(0, (int)length))
                : new CpuTopology([], []);
    }

    internal static CpuTopology Parse(ReadOnlySpan<byte> records)
    {
        Dictionary<int, (int Core, int Package, int Node)> processors = [];
        Dictionary<(int, CacheKind, long, int), (int SharedBy, int Count)> caches = [];
        int cores = 0, packages = 0;
        while (records.Length >= 8)
        {
            int relation = BitConverter.ToInt32(records);
            int size = BitConverter.ToInt32(records[4..]);
            if (size < 8 || size > records.Length) break;
            ReadOnlySpan<byte> record = records[..size];
            // Every record read here ends with a group mask and has at least 48 bytes.
            switch (size < 48 ? -1 : relation)
            {
                case RelationCore:
                    Each(record, 30, 32, id => processors[id] = (cores, processors.GetValueOrDefault(id).Package, processors.GetValueOrDefault(id).Node));
                    cores++;
                    break;
                case RelationPackage:
                    Each(record, 30, 32, id => processors[id] = (processors.GetValueOrDefault(id).Core, packages, processors.GetValueOrDefault(id).Node));
                    packages++;
                    break;
                case RelationNode:
                    int node = BitConverter.ToInt32(record[8..]);
                    Each(record, -1, 32, id => processors[id] = (processors.GetValueOrDefault(id).Core, processors.GetValueOrDefault(id).Package, node));
                    break;
                case RelationCache:
                    CacheKind kind = BitConverter.ToInt32(record[16..]) switch { 1 => CacheKind.Instruction, 2 => CacheKind.Data, _ => CacheKind.Unified };
                    var key = ((int)record[8], kind, (long)BitConverter.ToUInt32(record[12..]), (int)BitConverter.ToUInt16(record[10..]));
                    int shared = BitOperations.PopCount(BitConverter.ToUInt64(record[40..]));
                    caches[key] = (shared, caches.GetValueOrDefault(key).Count + 1);
                    break;
                default:
                    break;
            }

            records = records[size..];
        }

        return new CpuTopology(
            [.. processors.OrderBy(p => p.Key).Select(p => new LogicalProcessor(p.Key, p.Value.Core, p.Value.Package, p.Value.Node))],
            [.. caches.Select(c => new CacheInfo(c.Key.Item1, c.Key.Item2, c.Key.Item3, c.Key.Item4, c.Value.SharedBy, c.Value.Count)).OrderBy(c => c.Level).ThenBy(c => c.Kind)]);
    }

    /// <summary>Calls for every processor of the GROUP_AFFINITY structures of a record: 16 bytes, a mask and a group.</summary>
    private static void Each(ReadOnlySpan<byte> record, int countAt, int maskAt, Action<int> action)
    {
        int groups = countAt < 0 ? 1 : Math.Max(1, (int)BitConverter.ToUInt16(record[countAt..]));
        for (int i = 0; i < groups && maskAt + (i * 16) + 10 <= record.Length; i++)
        {
            ulong mask = BitConverter.ToUInt64(record[(maskAt + (i * 16))..]);
            int group = BitConverter.ToUInt16(record[(maskAt + (i * 16) + 8)..]);
            for (; mask != 0; mask &= mask - 1) action((group * 64) + BitOperations.TrailingZeroCount(mask));
        }
    }
}
