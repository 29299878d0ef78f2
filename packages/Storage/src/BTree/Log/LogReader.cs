namespace Gabbro.Storage.BTree.Log;

/// <summary>Steps through the operations of one checked log record.</summary>
internal ref struct LogReader(ReadOnlySpan<byte> operations)
{
    private ReadOnlySpan<byte> _rest = operations;

    public LogOperation Operation { get; private set; }

    public uint Tree { get; private set; }

    /// <summary>The first argument: a key, a name or the lower bound.</summary>
    public ReadOnlySpan<byte> First { get; private set; }

    /// <summary>The second argument: a value or the upper bound.</summary>
    public ReadOnlySpan<byte> Second { get; private set; }

    /// <summary>Moves to the next operation.</summary>
    /// <exception cref="InvalidDataException">The bytes are no operation although the checksum fits.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty || _rest[0] == (byte)LogOperation.End)
            return false;
        Operation = (LogOperation)_rest[0];
        _rest = _rest[1..];
        Tree = Number();
        First = default;
        Second = default;
        switch (Operation)
        {
            case LogOperation.Put or LogOperation.DeleteRange:
                First = Bytes();
                Second = Bytes();
                break;
            case LogOperation.Delete or LogOperation.CreateTree:
                First = Bytes();
                break;
            case LogOperation.DropTree or LogOperation.Clear:
                break;
            default:
                throw new InvalidDataException($"log operation {(byte)Operation}");
        }

        return true;
    }

    private uint Number()
    {
        uint number = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (_rest.IsEmpty)
                break;
            var part = _rest[0];
            _rest = _rest[1..];
            number |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }

        throw new InvalidDataException("number in a log operation");
    }

    private ReadOnlySpan<byte> Bytes()
    {
        var length = Number();
        if (length > (uint)_rest.Length)
            throw new InvalidDataException("length in a log operation");
        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }
}
