using System.Runtime.InteropServices;
using Overlapped = Gabbro.Platform.Native.Windows.Overlapped;

namespace Gabbro.Platform.Polling;

/// <summary>
/// The memory of one operation given to a <see cref="CompletionPort"/>: the native <c>OVERLAPPED</c>, reused for one operation
/// after another. Starting an operation while one is under way is a mistake that throws.
/// </summary>
/// <remarks>One thread at a time. Disposing while an operation is under way throws: the kernel would write into freed memory.
/// Cancel it and take its completion first.</remarks>
public sealed unsafe class OverlappedOperation : IDisposable
{
    private Block* _block;

    /// <summary>An operation that is not under way.</summary>
    public OverlappedOperation() => _block = (Block*)NativeMemory.AllocZeroed((nuint)sizeof(Block));

    [StructLayout(LayoutKind.Sequential)]
    private struct Block
    {
        internal Overlapped Native;
        internal nuint UserData;
        internal int IsPending;

        /// <summary>Flags and address length that WinSock writes when the operation completes.</summary>
        internal uint Flags;
        internal int AddressLength;
    }

    /// <summary>Comes back in the completion.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public nuint UserData
    {
        get => Open->UserData;
        set => Open->UserData = value;
    }

    /// <summary>True from the start of an operation until its completion was dequeued.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public bool IsPending => Volatile.Read(ref Open->IsPending) != 0;

    /// <summary>The length of the address a receive stored, once it has completed.</summary>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public int AddressLength => Open->AddressLength;

    internal Overlapped* Native => &Open->Native;

    internal uint* Flags => &Open->Flags;

    internal int* AddressLengthPointer => &Open->AddressLength;

    private Block* Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_block == null, this);
            return _block;
        }
    }

    /// <summary>Frees the memory.</summary>
    /// <exception cref="InvalidOperationException">An operation is under way.</exception>
    public void Dispose()
    {
        if (_block == null) return;
        if (IsPending) throw new InvalidOperationException("An operation is under way; cancel it and take its completion first.");
        NativeMemory.Free(_block);
        _block = null;
    }

    internal Overlapped* Begin(long offset)
    {
        Block* block = Open;
        if (Interlocked.Exchange(ref block->IsPending, 1) != 0) throw new InvalidOperationException("The operation is under way already.");
        block->Native = Overlapped.At(offset);
        block->Flags = 0;
        return &block->Native;
    }

    /// <summary>The start failed: no completion will come.</summary>
    internal void Abandon() => Volatile.Write(ref Open->IsPending, 0);

    /// <summary>The completion of the operation behind a native pointer has been dequeued.</summary>
    internal static nuint Complete(void* native)
    {
        Block* block = (Block*)native;
        nuint userData = block->UserData;
        Volatile.Write(ref block->IsPending, 0);
        return userData;
    }
}
