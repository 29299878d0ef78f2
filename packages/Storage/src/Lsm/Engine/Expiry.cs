using System.Buffers.Binary;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>The moment stored before a value that expires: Unix milliseconds, little endian.</summary>
internal static class Expiry
{
    public const int Length = 8;

    public static ulong Read(ReadOnlySpan<byte> stored) =>
        stored.Length >= Length ? BinaryPrimitives.ReadUInt64LittleEndian(stored) : 0;

    /// <summary>The value behind the moment, if that lies after <paramref name="now"/>.</summary>
    public static bool TryStrip(ReadOnlySpan<byte> stored, ulong now, out ReadOnlySpan<byte> value)
    {
        if (Read(stored) <= now)
        {
            value = default;
            return false;
        }

        value = stored[Length..];
        return true;
    }
}
