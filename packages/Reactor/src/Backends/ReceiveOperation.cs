namespace Gabbro.Reactor.Backends;

/// <summary>
/// A receive. With an empty <see cref="Buffer"/> it is a borrowed one: the device lends memory of its own, so that a
/// connection that waits holds no buffer at all.
/// </summary>
internal abstract class ReceiveOperation : IoOperation
{
    /// <summary>Where to put the bytes, or empty to borrow.</summary>
    public Memory<byte> Buffer;

    /// <summary>
    /// Where to put what does not fit <see cref="Buffer"/>. A backend that does not look at it reads less, which it may.
    /// </summary>
    public ReadOnlyMemory<Memory<byte>> Rest;

    /// <summary>The most bytes a borrowed receive should bring, or 0 for as many as the lender has room for. A hint.</summary>
    public int BorrowLimit;

    /// <summary>What was received by a borrowed receive; valid until the code that sees it returns to the loop.</summary>
    public ReadOnlyMemory<byte> Borrowed;
}
