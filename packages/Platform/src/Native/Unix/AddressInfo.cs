using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary><c>struct addrinfo</c>: 48 bytes. Linux puts <c>ai_addr</c> before <c>ai_canonname</c>, macOS after it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct AddressInfo
{
    internal int ai_flags;
    internal int ai_family;
    internal int ai_socktype;
    internal int ai_protocol;
    internal uint ai_addrlen;
    internal void* first;
    internal void* second;
    internal void* ai_next;
}
