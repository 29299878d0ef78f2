using System.Buffers.Binary;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>Keys and values by number: keys are decimal, values begin with their key's tag and compress to about half.</summary>
internal sealed class RecordGenerator
{
    private const int PoolSize = 1 << 20;
    private readonly BenchOptions _options;
    private readonly byte[] _pool = new byte[PoolSize];

    public RecordGenerator(BenchOptions options)
    {
        _options = options;
        var random = new Random(options.Seed);
        // Chunks of 100 bytes, the first half random and the second a repetition of it (db_bench's compression ratio 0.5).
        var chunk = new byte[100];
        for (var i = 0; i < PoolSize; i += chunk.Length)
        {
            random.NextBytes(chunk.AsSpan(0, 50));
            chunk.AsSpan(0, 50).CopyTo(chunk.AsSpan(50));
            chunk.AsSpan(0, Math.Min(chunk.Length, PoolSize - i)).CopyTo(_pool.AsSpan(i));
        }
    }

    public static void Key(long number, Span<byte> key)
    {
        for (var i = key.Length - 1; i >= 0; i--)
        {
            key[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    public void Value(long number, Span<byte> value)
    {
        var start = (int)((ulong)number * 1000003 % (ulong)(PoolSize - _options.ValueSize));
        _pool.AsSpan(start, value.Length).CopyTo(value);
        if (value.Length >= 8)
            BinaryPrimitives.WriteInt64LittleEndian(value, Tag(number));
    }

    public static bool IsValueOf(long number, ReadOnlySpan<byte> value) =>
        value.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(value) == Tag(number);

    private static long Tag(long number) => unchecked((long)((ulong)number * 0x9E3779B97F4A7C15UL)) ^ 0x676162;
}
