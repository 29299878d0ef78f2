using Gabbro.Platform;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// Something a backend waits for. All members belong to the loop's thread. At most one operation of each direction is
/// outstanding; the types above see to that and give the caller the clear exception.
/// </summary>
internal abstract class Device
{
    protected Device(EventLoop loop)
    {
        Loop = loop;
        Token = loop.Devices.Add(this);
    }

    /// <summary>The loop that owns the device.</summary>
    public EventLoop Loop { get; }

    /// <summary>Names the device to the system: the index of its place in the loop's table and the generation of that place.</summary>
    public ulong Token { get; }

    /// <summary>True once closed; no operation may be started any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>
    /// Gives the descriptor back. Outstanding operations complete with <see cref="ErrorKind.Canceled"/>, before the method
    /// returns or, where the kernel still owns their buffers, when it lets go of them. Closing twice is fine.
    /// </summary>
    public void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;

        // First the table, so that an event of this batch finds nobody, then the descriptor: its number may be given to the
        // next socket at once.
        Loop.Devices.Remove(Token);
        CloseCore();
        Loop.DescriptorReturned();
    }

    /// <summary>Ends an outstanding operation with <see cref="ErrorKind.Canceled"/>, unless it ends by itself first.</summary>
    public abstract void Cancel(IoOperation operation);

    /// <summary>Closes the descriptor and ends what is outstanding.</summary>
    protected abstract void CloseCore();
}
