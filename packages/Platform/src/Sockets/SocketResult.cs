using System.Runtime.CompilerServices;

namespace Gabbro.Platform.Sockets;

/// <summary>The outcome of a call on a socket: how many bytes it moved, or what the system said. A value, so that would-block,
/// reset and in-progress cost no exception.</summary>
/// <remarks>Eight bytes; nothing here allocates except a throw.</remarks>
public readonly struct SocketResult
{
    private readonly int _value;
    private readonly bool _failed;

    private SocketResult(int value, bool failed)
    {
        _value = value;
        _failed = failed;
    }

    /// <summary>Bytes (or messages) moved; 0 when the call failed. A receive of 0 bytes on a stream is its end.</summary>
    public int Count => _failed ? 0 : _value;

    /// <summary>True when the call succeeded.</summary>
    public bool IsSuccess => !_failed;

    /// <summary>True when the call failed because it would have to block, or because a connect goes on in the background:
    /// wait for readiness and try again.</summary>
    public bool WouldBlock => _failed && SocketCalls.Current.IsWouldBlock(_value);

    /// <summary>What the system said; <see cref="NativeError.Success"/> on success.</summary>
    public NativeError Error => _failed ? SocketCalls.Current.ErrorOf(_value) : default;

    /// <summary>The kind of <see cref="Error"/>.</summary>
    public ErrorKind Kind => Error.Kind;

    /// <summary>The count, or an exception for anything but success.</summary>
    /// <param name="operation">The operation to name in the exception.</param>
    /// <exception cref="PlatformException">The call failed, would-block included.</exception>
    public int ThrowIfFailed(string operation = "socket")
    {
        if (_failed) Error.Throw(operation);
        return _value;
    }

    /// <inheritdoc/>
    public override string ToString() => _failed ? Error.ToString() : $"{_value}";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SocketResult From(nint raw) => raw >= 0 ? new((int)raw, false) : new((int)-raw, true);
}
