using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Tests.Model;

/// <summary>The model with one fence broken on purpose: the sleeping side's.</summary>
internal readonly struct ModelAtomicsWithoutHeavyFence : IAtomics
{
    public static int Load(ref int location) => ModelAtomics.Load(ref location);

    public static long Load(ref long location) => ModelAtomics.Load(ref location);

    public static object? Load(ref object? location) => ModelAtomics.Load(ref location);

    public static void Store(ref int location, int value) => ModelAtomics.Store(ref location, value);

    public static void Store(ref long location, long value) => ModelAtomics.Store(ref location, value);

    public static void Store(ref object? location, object? value) => ModelAtomics.Store(ref location, value);

    public static int Exchange(ref int location, int value) => ModelAtomics.Exchange(ref location, value);

    public static long Exchange(ref long location, long value) => ModelAtomics.Exchange(ref location, value);

    public static object? Exchange(ref object? location, object? value) => ModelAtomics.Exchange(ref location, value);

    public static int CompareExchange(ref int location, int value, int comparand) => ModelAtomics.CompareExchange(ref location, value, comparand);

    public static long CompareExchange(ref long location, long value, long comparand) => ModelAtomics.CompareExchange(ref location, value, comparand);

    public static object? CompareExchange(ref object? location, object? value, object? comparand) => ModelAtomics.CompareExchange(ref location, value, comparand);

    public static int Add(ref int location, int amount) => ModelAtomics.Add(ref location, amount);

    public static long Add(ref long location, long amount) => ModelAtomics.Add(ref location, amount);

    public static void Fence() => ModelAtomics.Fence();

    public static void LightFence() => ModelAtomics.LightFence();

    public static void HeavyFence()
    {
    }

    public static bool Wait(ref int location, int expected, TimeSpan timeout) => ModelAtomics.Wait(ref location, expected, timeout);

    public static void WakeOne(ref int location) => ModelAtomics.WakeOne(ref location);

    public static void WakeAll(ref int location) => ModelAtomics.WakeAll(ref location);

    public static void Pause(int round) => ModelAtomics.Pause(round);
}
