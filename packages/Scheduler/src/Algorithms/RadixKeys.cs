using System.Runtime.CompilerServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The keys of the primitive types. A NaN comes first, as it does for the default comparer.</summary>
internal static class RadixKeys
{
    internal readonly struct UInt64Key : IRadixKey<ulong>
    {
        public static int Bits => 64;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(ulong value) => value;
    }

    internal readonly struct Int64Key : IRadixKey<long>
    {
        public static int Bits => 64;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(long value) => (ulong)value ^ (1UL << 63);
    }

    internal readonly struct UInt32Key : IRadixKey<uint>
    {
        public static int Bits => 32;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(uint value) => value;
    }

    internal readonly struct Int32Key : IRadixKey<int>
    {
        public static int Bits => 32;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(int value) => (uint)value ^ (1U << 31);
    }

    /// <summary>Negative numbers in reverse below the positive ones; both zeros alike; NaN below all.</summary>
    internal readonly struct DoubleKey : IRadixKey<double>
    {
        public static int Bits => 64;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(double value)
        {
            if (double.IsNaN(value))
                return 0;
            var bits = BitConverter.DoubleToInt64Bits(value + 0.0);
            return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
        }
    }

    /// <summary>As <see cref="DoubleKey"/>.</summary>
    internal readonly struct SingleKey : IRadixKey<float>
    {
        public static int Bits => 32;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Of(float value)
        {
            if (float.IsNaN(value))
                return 0;
            var bits = BitConverter.SingleToInt32Bits(value + 0.0f);
            return (uint)(bits ^ ((bits >> 31) | int.MinValue));
        }
    }
}
