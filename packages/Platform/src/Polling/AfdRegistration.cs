using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Polling;

/// <summary>One socket of an <see cref="AfdPoller"/> and its poll; guarded by the lock of the poller.</summary>
internal sealed unsafe class AfdRegistration
{
    internal AfdRegistration(nint socket, nint baseSocket, nint device)
    {
        Socket = socket;
        BaseSocket = baseSocket;
        Device = device;
        Operation = (AfdOperation*)NativeMemory.AllocZeroed((nuint)sizeof(AfdOperation));
        Operation->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this));
    }

    internal nint Socket { get; }

    /// <summary>The socket under layered providers, which is what AFD knows.</summary>
    internal nint BaseSocket { get; }

    /// <summary>The AFD handle this registration polls through.</summary>
    internal nint Device { get; }

    internal AfdOperation* Operation { get; }

    internal ulong Token { get; set; }

    internal PollInterest Interest { get; set; }

    /// <summary>The AFD events to poll for now; less than the interest asks for while an edge waits for its re-arm.</summary>
    internal uint Wanted { get; set; }

    /// <summary>A poll is with the kernel.</summary>
    internal bool IsPending { get; set; }

    /// <summary>Removed by the caller; the memory lives on until the pending poll completes.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>Standing in the queue of polls to submit at the next wait.</summary>
    internal bool IsQueued { get; set; }

    internal static AfdRegistration From(AfdOperation* operation) =>
        (AfdRegistration)GCHandle.FromIntPtr(operation->Owner).Target!;

    internal void Free()
    {
        GCHandle.FromIntPtr(Operation->Owner).Free();
        NativeMemory.Free(Operation);
    }
}
