namespace Gabbro.Platform.Native.Windows;

/// <summary>BCryptGenRandom with the system's generator.</summary>
internal static unsafe class WindowsRandom
{
    internal static NativeError Fill(Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return NativeError.FromNtStatus(Bcrypt.BCryptGenRandom(
                0, pointer, (uint)buffer.Length, Bcrypt.BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        }
    }
}
