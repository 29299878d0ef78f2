using System.Runtime.InteropServices;

namespace Gabbro.Platform.Polling;

/// <summary>
/// One entry of the submission queue (<c>struct io_uring_sqe</c>), 64 bytes in memory shared with the kernel. The Prepare
/// methods fill it; any field may be changed afterwards, until it is submitted.
/// </summary>
/// <remarks>Memory that an entry points to stays in place until its completion, also when the operation is cancelled.
/// A file position of -1 means the current one. See io_uring_enter(2) for each operation.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 64)]
public unsafe struct SubmissionEntry
{
    /// <summary>The operation.</summary>
    [FieldOffset(0)]
    public SubmissionOpcode Opcode;

    /// <summary>How the entry is run.</summary>
    [FieldOffset(1)]
    public SubmissionFlags Flags;

    /// <summary>Flags of the operation's own in the priority field (multishot marks).</summary>
    [FieldOffset(2)]
    public ushort Priority;

    /// <summary>The descriptor, or the index of a registered file.</summary>
    [FieldOffset(4)]
    public int Descriptor;

    /// <summary>The position in a file, or a second address.</summary>
    [FieldOffset(8)]
    public ulong Offset;

    /// <summary>The address of the memory.</summary>
    [FieldOffset(16)]
    public ulong Address;

    /// <summary>The length of the memory, or a count.</summary>
    [FieldOffset(24)]
    public uint Length;

    /// <summary>Flags of the call that the operation stands for.</summary>
    [FieldOffset(28)]
    public uint OperationFlags;

    /// <summary>Comes back in the completion.</summary>
    [FieldOffset(32)]
    public ulong UserData;

    /// <summary>The index of a registered buffer, or the group of provided buffers.</summary>
    [FieldOffset(40)]
    public ushort BufferIndexOrGroup;

    /// <summary>The credentials to run under.</summary>
    [FieldOffset(42)]
    public ushort Personality;

    /// <summary>A second descriptor, or the slot of the registered files to fill plus one.</summary>
    [FieldOffset(44)]
    public uint FileIndex;

    /// <summary>A third address.</summary>
    [FieldOffset(48)]
    public ulong Address3;

    /// <summary>Reserved.</summary>
    [FieldOffset(56)]
    public ulong Reserved;

    private const ushort PollAddMulti = 1;
    private const ushort ReceiveMultishot = 2;
    private const ushort AcceptMultishot = 1;
    private const uint CancelAll = 1;
    private const uint CancelDescriptor = 2;
    private const uint CancelAny = 4;
    private const uint TimeoutAbsolute = 1;

    /// <summary>Fills any operation from its parts and clears the rest.</summary>
    public void Prepare(SubmissionOpcode opcode, int descriptor, void* address, uint length, ulong offset, ulong userData)
    {
        this = default;
        Opcode = opcode;
        Descriptor = descriptor;
        Address = (ulong)address;
        Length = length;
        Offset = offset;
        UserData = userData;
    }

    /// <summary>An entry that completes at once.</summary>
    public void PrepareNop(ulong userData) => Prepare(SubmissionOpcode.Nop, -1, null, 0, 0, userData);

    /// <summary>Reads from a file at a position, or from a pipe or socket.</summary>
    public void PrepareRead(int descriptor, void* buffer, uint length, long offset, ulong userData) =>
        Prepare(SubmissionOpcode.Read, descriptor, buffer, length, (ulong)offset, userData);

    /// <summary>Writes to a file at a position, or to a pipe or socket.</summary>
    public void PrepareWrite(int descriptor, void* buffer, uint length, long offset, ulong userData) =>
        Prepare(SubmissionOpcode.Write, descriptor, buffer, length, (ulong)offset, userData);

    /// <summary>Reads into part of a registered buffer.</summary>
    public void PrepareReadFixed(int descriptor, void* buffer, uint length, long offset, ushort bufferIndex, ulong userData)
    {
        Prepare(SubmissionOpcode.ReadFixed, descriptor, buffer, length, (ulong)offset, userData);
        BufferIndexOrGroup = bufferIndex;
    }

    /// <summary>Writes from part of a registered buffer.</summary>
    public void PrepareWriteFixed(int descriptor, void* buffer, uint length, long offset, ushort bufferIndex, ulong userData)
    {
        Prepare(SubmissionOpcode.WriteFixed, descriptor, buffer, length, (ulong)offset, userData);
        BufferIndexOrGroup = bufferIndex;
    }

    /// <summary>Reads into segments in order.</summary>
    public void PrepareReadVectored(int descriptor, BufferSegment* segments, uint count, long offset, ulong userData) =>
        Prepare(SubmissionOpcode.ReadVectored, descriptor, segments, count, (ulong)offset, userData);

    /// <summary>Writes segments in order.</summary>
    public void PrepareWriteVectored(int descriptor, BufferSegment* segments, uint count, long offset, ulong userData) =>
        Prepare(SubmissionOpcode.WriteVectored, descriptor, segments, count, (ulong)offset, userData);

    /// <summary>Makes a file durable.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="dataOnly">Only what is needed to read the data back (fdatasync).</param>
    /// <param name="userData">Comes back in the completion.</param>
    public void PrepareSync(int descriptor, bool dataOnly, ulong userData)
    {
        Prepare(SubmissionOpcode.Sync, descriptor, null, 0, 0, userData);
        OperationFlags = dataOnly ? 1u : 0;
    }

    /// <summary>Allocates or punches part of a file; the mode is that of fallocate(2).</summary>
    public void PrepareAllocate(int descriptor, int mode, long offset, long length, ulong userData)
    {
        Prepare(SubmissionOpcode.Allocate, descriptor, null, (uint)mode, (ulong)offset, userData);
        Address = (ulong)length;
    }

    /// <summary>Opens a file; the path is zero-terminated and stays in place until completion.</summary>
    public void PrepareOpen(int directory, byte* path, int flags, uint mode, ulong userData)
    {
        Prepare(SubmissionOpcode.Open, directory, path, mode, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Closes a descriptor.</summary>
    public void PrepareClose(int descriptor, ulong userData) => Prepare(SubmissionOpcode.Close, descriptor, null, 0, 0, userData);

    /// <summary>Sends bytes.</summary>
    /// <param name="descriptor">A socket.</param>
    /// <param name="buffer">The bytes.</param>
    /// <param name="length">How many.</param>
    /// <param name="flags">Native <c>MSG_*</c> flags.</param>
    /// <param name="userData">Comes back in the completion.</param>
    public void PrepareSend(int descriptor, void* buffer, uint length, int flags, ulong userData)
    {
        Prepare(SubmissionOpcode.Send, descriptor, buffer, length, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Sends bytes without copying them; the second completion, marked as a notification, frees the memory.</summary>
    public void PrepareSendZeroCopy(int descriptor, void* buffer, uint length, int flags, ulong userData)
    {
        Prepare(SubmissionOpcode.SendZeroCopy, descriptor, buffer, length, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Receives bytes.</summary>
    public void PrepareReceive(int descriptor, void* buffer, uint length, int flags, ulong userData)
    {
        Prepare(SubmissionOpcode.Receive, descriptor, buffer, length, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Receives once into a provided buffer of a group.</summary>
    public void PrepareReceiveProvided(int descriptor, ushort group, int flags, ulong userData)
    {
        PrepareReceive(descriptor, null, 0, flags, userData);
        Flags = SubmissionFlags.BufferSelect;
        BufferIndexOrGroup = group;
    }

    /// <summary>Receives again and again into provided buffers of a group, one completion each, until an error, the end, or no
    /// buffer left (6.0).</summary>
    public void PrepareReceiveMultishot(int descriptor, ushort group, int flags, ulong userData)
    {
        PrepareReceiveProvided(descriptor, group, flags, userData);
        Priority = ReceiveMultishot;
    }

    /// <summary>Sends a message; the header is the native <c>msghdr</c> of Linux.</summary>
    public void PrepareSendMessage(int descriptor, void* header, int flags, ulong userData)
    {
        Prepare(SubmissionOpcode.SendMessage, descriptor, header, 1, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Receives a message; the header is the native <c>msghdr</c> of Linux.</summary>
    public void PrepareReceiveMessage(int descriptor, void* header, int flags, ulong userData)
    {
        Prepare(SubmissionOpcode.ReceiveMessage, descriptor, header, 1, 0, userData);
        OperationFlags = (uint)flags;
    }

    /// <summary>Accepts one connection, close-on-exec and non-blocking; the result is its descriptor.</summary>
    /// <param name="descriptor">The listener.</param>
    /// <param name="address">Receives the native address of the peer, or null.</param>
    /// <param name="addressLength">Holds the room, receives the length; or null.</param>
    /// <param name="userData">Comes back in the completion.</param>
    public void PrepareAccept(int descriptor, void* address, uint* addressLength, ulong userData)
    {
        Prepare(SubmissionOpcode.Accept, descriptor, address, 0, (ulong)addressLength, userData);
        OperationFlags = Native.Linux.LinuxSocket.SOCK_NONBLOCK | Native.Linux.LinuxSocket.SOCK_CLOEXEC;
    }

    /// <summary>Accepts again and again, one completion for each connection (5.19).</summary>
    public void PrepareAcceptMultishot(int descriptor, ulong userData)
    {
        PrepareAccept(descriptor, null, null, userData);
        Priority = AcceptMultishot;
    }

    /// <summary>Connects; the native address stays in place until completion.</summary>
    public void PrepareConnect(int descriptor, void* address, uint addressLength, ulong userData) =>
        Prepare(SubmissionOpcode.Connect, descriptor, address, 0, addressLength, userData);

    /// <summary>Shuts down a connection; how is that of shutdown(2).</summary>
    public void PrepareShutdown(int descriptor, int how, ulong userData) =>
        Prepare(SubmissionOpcode.Shutdown, descriptor, null, (uint)how, 0, userData);

    /// <summary>Creates a socket with native numbers (5.19).</summary>
    public void PrepareSocket(int family, int type, int protocol, ulong userData) =>
        Prepare(SubmissionOpcode.Socket, family, null, (uint)protocol, (ulong)type, userData);

    /// <summary>Moves bytes between a pipe and another descriptor; positions of -1 for pipes.</summary>
    public void PrepareSplice(int source, long sourceOffset, int target, long targetOffset, uint length, uint flags, ulong userData)
    {
        Prepare(SubmissionOpcode.Splice, target, null, length, (ulong)targetOffset, userData);
        Address = (ulong)sourceOffset;
        FileIndex = (uint)source;
        OperationFlags = flags;
    }

    /// <summary>Waits until a descriptor is ready; the mask is that of poll(2), and the result the events.</summary>
    public void PreparePoll(int descriptor, uint events, bool multishot, ulong userData)
    {
        Prepare(SubmissionOpcode.PollAdd, descriptor, null, multishot ? PollAddMulti : 0u, 0, userData);
        OperationFlags = events;
    }

    /// <summary>Cancels a poll by the user data it was submitted with.</summary>
    public void PreparePollRemove(ulong target, ulong userData)
    {
        Prepare(SubmissionOpcode.PollRemove, -1, null, 0, 0, userData);
        Address = target;
    }

    /// <summary>A timer: completes with a timed-out error after the time, or with success after so many other completions.</summary>
    /// <param name="time">Two longs, seconds and nanoseconds, in place until the entry is submitted.</param>
    /// <param name="completions">Completions that end the wait early, 0 for none.</param>
    /// <param name="absolute">The time is a point of the monotonic clock.</param>
    /// <param name="userData">Comes back in the completion.</param>
    public void PrepareTimeout(long* time, uint completions, bool absolute, ulong userData)
    {
        Prepare(SubmissionOpcode.Timeout, -1, time, 1, completions, userData);
        OperationFlags = absolute ? TimeoutAbsolute : 0;
    }

    /// <summary>Cancels a timer by the user data it was submitted with.</summary>
    public void PrepareTimeoutRemove(ulong target, ulong userData)
    {
        Prepare(SubmissionOpcode.TimeoutRemove, -1, null, 0, 0, userData);
        Address = target;
    }

    /// <summary>Limits the time of the entry before, which carries <see cref="SubmissionFlags.Link"/>.</summary>
    public void PrepareLinkTimeout(long* time, ulong userData) => Prepare(SubmissionOpcode.LinkTimeout, -1, time, 1, 0, userData);

    /// <summary>Cancels the operation, or all operations, submitted with a user data.</summary>
    public void PrepareCancel(ulong target, bool all, ulong userData)
    {
        Prepare(SubmissionOpcode.Cancel, -1, null, 0, 0, userData);
        Address = target;
        OperationFlags = all ? CancelAll : 0;
    }

    /// <summary>Cancels every operation on a descriptor (5.19).</summary>
    public void PrepareCancelDescriptor(int descriptor, ulong userData)
    {
        Prepare(SubmissionOpcode.Cancel, descriptor, null, 0, 0, userData);
        OperationFlags = CancelDescriptor | CancelAll;
    }

    /// <summary>Cancels everything in the ring (5.19).</summary>
    public void PrepareCancelEverything(ulong userData)
    {
        Prepare(SubmissionOpcode.Cancel, -1, null, 0, 0, userData);
        OperationFlags = CancelAny | CancelAll;
    }

    /// <summary>Puts a completion into another ring (5.18).</summary>
    /// <param name="ring">The descriptor of the other ring.</param>
    /// <param name="result">The result of that completion.</param>
    /// <param name="targetUserData">The user data of that completion.</param>
    /// <param name="userData">Comes back in the completion of this entry.</param>
    public void PrepareRingMessage(int ring, uint result, ulong targetUserData, ulong userData) =>
        Prepare(SubmissionOpcode.RingMessage, ring, null, result, targetUserData, userData);

    /// <summary>Has the entry open, accept or create into a slot of the registered files instead of a descriptor.</summary>
    public void IntoFixedFile(uint slot)
    {
        FileIndex = slot + 1;
        // The kernel refuses close-on-exec for what never is a descriptor.
        if (Opcode == SubmissionOpcode.Accept) OperationFlags &= ~(uint)Native.Linux.LinuxSocket.SOCK_CLOEXEC;
    }
}
