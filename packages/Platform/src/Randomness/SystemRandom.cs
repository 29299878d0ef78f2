using System.Runtime.CompilerServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Randomness;

/// <summary>Random bytes of the operating system, fit for keys (getrandom(2), getentropy(2), BCryptGenRandom).</summary>
/// <remarks>Safe to call from several threads. Allocates nothing. Waits, early after boot only, until the system has a seed.</remarks>
public static class SystemRandom
{
    /// <summary>Fills a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <exception cref="PlatformException">The system has no source of random bytes.</exception>
    public static void Fill(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return;
        NativeError error = Host.IsWindows ? WindowsRandom.Fill(buffer) : UnixRandom.Fill(buffer);
        error.ThrowIfError("random");
    }

    /// <summary>Sixty-four random bits.</summary>
    /// <exception cref="PlatformException">The system has no source of random bytes.</exception>
    public static ulong NextUInt64()
    {
        Unsafe.SkipInit(out ulong value);
        Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
        return value;
    }
}
