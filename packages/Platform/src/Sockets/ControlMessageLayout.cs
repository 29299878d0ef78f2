using System.Buffers.Binary;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Sockets;

/// <summary><c>struct cmsghdr</c>: Linux and Windows have a length of 8 bytes and align to 8, macOS has one of 4 and aligns to 4.
/// musl's length of 4 bytes and padding is the same bytes on a little-endian machine.</summary>
internal static class ControlMessageLayout
{
    internal static int HeaderSize => Host.IsDarwin ? 12 : 16;

    internal static int SocketLevel => Host.IsDarwin ? DarwinSocket.SOL_SOCKET : LinuxSocket.SOL_SOCKET;

    internal static int Rights => LinuxSocket.SCM_RIGHTS;

    internal static int Align(int length) => Host.IsDarwin ? (length + 3) & ~3 : (length + 7) & ~7;

    internal static void Write(Span<byte> target, int level, int type, ReadOnlySpan<byte> payload)
    {
        int header = Align(HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)(header + payload.Length));
        int fields = Host.IsDarwin ? 4 : 8;
        BinaryPrimitives.WriteInt32LittleEndian(target[fields..], level);
        BinaryPrimitives.WriteInt32LittleEndian(target[(fields + 4)..], type);
        payload.CopyTo(target[header..]);
    }

    internal static bool TryRead(ReadOnlySpan<byte> source, out int level, out int type, out int start, out int length)
    {
        level = type = start = length = 0;
        if (source.Length < HeaderSize) return false;
        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(source);
        start = Align(HeaderSize);
        if (declared < start || declared > source.Length) return false;
        length = (int)declared;
        int fields = Host.IsDarwin ? 4 : 8;
        level = BinaryPrimitives.ReadInt32LittleEndian(source[fields..]);
        type = BinaryPrimitives.ReadInt32LittleEndian(source[(fields + 4)..]);
        return true;
    }
}
