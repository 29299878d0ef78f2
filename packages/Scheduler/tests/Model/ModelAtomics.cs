using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Tests.Model;

/// <summary>
/// The atomics layer of the model: every operation is a point at which the run may go on with another thread, and a store
/// may stay in its thread's buffer until a fence.
/// </summary>
/// <remarks>
/// A cell remembers its place in the model by itself: at its first use its content moves to a location of the run, and
/// the cell keeps the location (a reference) or its number under a mark (a word).
/// </remarks>
internal readonly struct ModelAtomics : IAtomics
{
    public static int Load(ref int location) => (int)ModelRun.Current.Load(Cell(ref location));

    public static long Load(ref long location) => ModelRun.Current.Load(Cell(ref location));

    public static object? Load(ref object? location) => ModelRun.Current.LoadReference(Cell(ref location));

    public static void Store(ref int location, int value) => ModelRun.Current.Store(Cell(ref location), value, null);

    public static void Store(ref long location, long value) => ModelRun.Current.Store(Cell(ref location), value, null);

    public static void Store(ref object? location, object? value) =>
        ModelRun.Current.Store(Cell(ref location), 0, value);

    public static int Exchange(ref int location, int value) =>
        (int)ModelRun.Current.Update(Cell(ref location), _ => value).Before;

    public static long Exchange(ref long location, long value) =>
        ModelRun.Current.Update(Cell(ref location), _ => value).Before;

    public static object? Exchange(ref object? location, object? value) =>
        ModelRun.Current.UpdateReference(Cell(ref location), _ => value);

    public static int CompareExchange(ref int location, int value, int comparand) =>
        (int)ModelRun.Current.Update(Cell(ref location), v => v == comparand ? value : v).Before;

    public static long CompareExchange(ref long location, long value, long comparand) =>
        ModelRun.Current.Update(Cell(ref location), v => v == comparand ? value : v).Before;

    public static object? CompareExchange(ref object? location, object? value, object? comparand) =>
        ModelRun.Current.UpdateReference(Cell(ref location), v => ReferenceEquals(v, comparand) ? value : v);

    public static int Add(ref int location, int amount) =>
        (int)ModelRun.Current.Update(Cell(ref location), v => (int)v + amount).After;

    public static long Add(ref long location, long amount) =>
        ModelRun.Current.Update(Cell(ref location), v => v + amount).After;

    public static void Fence() => ModelRun.Current.Fence(everybody: false);

    public static void LightFence()
    {
    }

    public static void HeavyFence() => ModelRun.Current.Fence(everybody: true);

    public static bool Wait(ref int location, int expected, TimeSpan timeout) =>
        ModelRun.Current.Wait(Cell(ref location), expected, timeout != Timeout.InfiniteTimeSpan);

    public static void WakeOne(ref int location) => ModelRun.Current.Wake(Cell(ref location), 1);

    public static void WakeAll(ref int location) => ModelRun.Current.Wake(Cell(ref location), int.MaxValue);

    public static void Pause(int round) => ModelRun.Current.Pause();

    private const int Mark32 = unchecked((int)0xA5000000);
    private const long Mark64 = unchecked((long)0xA5A5_5A5A_0000_0000);

    private static ModelLocation Cell(ref int cell)
    {
        if ((cell & unchecked((int)0xFF000000)) == Mark32)
            return ModelRun.Current.Location(cell & 0xFFFFFF);
        var location = ModelRun.Current.Add(cell, null);
        cell = Mark32 | location.Number;
        return location;
    }

    private static ModelLocation Cell(ref long cell)
    {
        if ((cell & unchecked((long)0xFFFF_FFFF_0000_0000)) == Mark64)
            return ModelRun.Current.Location((int)cell);
        var location = ModelRun.Current.Add(cell, null);
        cell = Mark64 | (uint)location.Number;
        return location;
    }

    private static ModelLocation Cell(ref object? cell)
    {
        if (cell is ModelLocation known)
            return known;
        var location = ModelRun.Current.Add(0, cell);
        cell = location;
        return location;
    }
}
