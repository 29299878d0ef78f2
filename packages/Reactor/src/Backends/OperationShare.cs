namespace Gabbro.Reactor.Backends;

/// <summary>
/// How much of a turn a device has left. Renewed when the turn changes; checked before each operation that could complete
/// at once.
/// </summary>
internal struct OperationShare
{
    private uint _turn;
    private int _left;

    /// <summary>Takes one operation of the share.</summary>
    /// <returns>False when it is used up: the device waits for the next turn.</returns>
    public bool TryTake(EventLoop loop)
    {
        if (_turn != loop.Turn)
        {
            _turn = loop.Turn;
            _left = loop.Options.OperationsPerTurn;
        }

        if (_left == 0)
            return false;
        _left--;
        return true;
    }
}
