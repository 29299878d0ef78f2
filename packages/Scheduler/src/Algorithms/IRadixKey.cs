namespace Gabbro.Scheduler.Algorithms;

/// <summary>Maps a number to unsigned bits whose order is the number's own.</summary>
internal interface IRadixKey<T>
{
    static abstract int Bits { get; }

    static abstract ulong Of(T value);
}
