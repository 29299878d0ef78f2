using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>Random numbers that name files for ever; never 0.</summary>
internal static class UniqueIds
{
    public static ulong Next()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
