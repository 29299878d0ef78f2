using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Polling;

/// <summary>The native memory of one AFD poll: the kernel writes here until the poll completes, so it is freed only after.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AfdOperation
{
    public IoStatusBlock Status;
    public AfdPollInfo Info;

    /// <summary>A GCHandle of the <see cref="AfdRegistration"/>.</summary>
    public nint Owner;
}
