namespace Gabbro.Scheduler.Atomics;

/// <summary>
/// The only operations through which the algorithms of this package touch memory that several threads share.
/// </summary>
/// <remarks>
/// Every algorithm is written once, generic over this interface. The product runs it over
/// <see cref="HardwareAtomics"/>, which the JIT erases; the tests run the same code over a model that schedules the
/// threads itself, buffers stores the way a processor does and can therefore enumerate what may happen.
/// Loads acquire, stores release, everything that reads and writes is a full fence. With that discipline the one
/// reordering left on x64 and on Arm64 is a store that becomes visible after a later load, and this is what the model's
/// store buffer simulates.
/// References live in cells of type <see cref="object"/>, because the model keeps its own bookkeeping in the cell.
/// </remarks>
internal interface IAtomics
{
    static abstract int Load(ref int location);

    static abstract long Load(ref long location);

    static abstract object? Load(ref object? location);

    static abstract void Store(ref int location, int value);

    static abstract void Store(ref long location, long value);

    static abstract void Store(ref object? location, object? value);

    static abstract int Exchange(ref int location, int value);

    static abstract long Exchange(ref long location, long value);

    static abstract object? Exchange(ref object? location, object? value);

    static abstract int CompareExchange(ref int location, int value, int comparand);

    static abstract long CompareExchange(ref long location, long value, long comparand);

    static abstract object? CompareExchange(ref object? location, object? value, object? comparand);

    /// <summary>Adds and returns the new value.</summary>
    static abstract int Add(ref int location, int amount);

    /// <summary>Adds and returns the new value.</summary>
    static abstract long Add(ref long location, long amount);

    /// <summary>Orders every earlier access before every later one, store-load included.</summary>
    static abstract void Fence();

    /// <summary>The cheap side of an asymmetric pair: orders store-load only against a <see cref="HeavyFence"/>.</summary>
    static abstract void LightFence();

    /// <summary>The dear side of an asymmetric pair: acts as a full fence in every running thread of the process.</summary>
    static abstract void HeavyFence();

    /// <summary>
    /// Blocks while the location holds <paramref name="expected"/>, at most for the time given; may also return for no
    /// reason. False: the time is over.
    /// </summary>
    static abstract bool Wait(ref int location, int expected, TimeSpan timeout);

    /// <summary>Wakes one thread blocked in <see cref="Wait"/> on the location.</summary>
    static abstract void WakeOne(ref int location);

    /// <summary>Wakes all threads blocked in <see cref="Wait"/> on the location.</summary>
    static abstract void WakeAll(ref int location);

    /// <summary>A turn of a spin loop: <paramref name="round"/> counts the turns since progress was last seen.</summary>
    static abstract void Pause(int round);
}
