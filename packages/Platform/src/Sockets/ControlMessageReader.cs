using System.Runtime.InteropServices;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

/// <summary>Reads the control messages that came with a <see cref="SocketMessage"/>.</summary>
/// <remarks>A ref struct over the buffer; allocates nothing. Received descriptors belong to the reader from the moment of the
/// receive, whether it looks at them or not.</remarks>
public ref struct ControlMessageReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts to read.</summary>
    /// <param name="control">The control buffer, cut to <see cref="SocketMessage.ControlLength"/>.</param>
    public ControlMessageReader(ReadOnlySpan<byte> control)
    {
        _rest = control;
        Payload = default;
        Level = 0;
        Type = 0;
    }

    /// <summary>The native level of the current message.</summary>
    public int Level { get; private set; }

    /// <summary>The native type of the current message.</summary>
    public int Type { get; private set; }

    /// <summary>The payload of the current message.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>True when the current message carries descriptors (<c>SCM_RIGHTS</c>).</summary>
    public readonly bool IsDescriptors =>
        !Host.IsWindows && Level == ControlMessageLayout.SocketLevel && Type == ControlMessageLayout.Rights;

    /// <summary>The descriptors of the current message, empty when it carries none.</summary>
    public readonly ReadOnlySpan<int> Descriptors => IsDescriptors ? MemoryMarshal.Cast<byte, int>(Payload) : default;

    /// <summary>Moves to the next message; false at the end, or where the rest is too short to be a message.</summary>
    public bool MoveNext()
    {
        if (!ControlMessageLayout.TryRead(_rest, out int level, out int type, out int start, out int length)) return false;
        Level = level;
        Type = type;
        Payload = _rest[start..length];
        int next = ControlMessageLayout.Align(length);
        _rest = next >= _rest.Length ? default : _rest[next..];
        return true;
    }
}
