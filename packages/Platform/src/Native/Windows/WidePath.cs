using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native.Windows;

/// <summary>
/// A WTF-8 path as the NT path a handle-relative call takes: relative to a directory handle as it is, or, without one,
/// the full <c>\??\</c> form, which has no length limit of 260 characters.
/// </summary>
internal unsafe ref struct WidePath
{
    internal const int StackSize = 520;

    /// <summary>What a UNICODE_STRING can hold.</summary>
    private const int LongestPath = 32_767;

    private ushort* _heap;
    private UnicodeString _native;
    private bool _fromNt;

    /// <summary>Converts a path. The stack buffer must come from <c>stackalloc</c>: it is used by address.</summary>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    internal WidePath(nint directory, ReadOnlySpan<byte> path, Span<char> stack)
    {
        if (path.Contains((byte)0))
            throw new ArgumentException("A path cannot hold a zero byte.", nameof(path));
        Span<char> target = stack;
        char* start = (char*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(stack));
        if (path.Length >= stack.Length)
        {
            start = (char*)(_heap = (ushort*)NativeMemory.Alloc((nuint)path.Length + 1, sizeof(char)));
            target = new Span<char>(start, path.Length + 1);
        }
        int length = PathText.Decode(path, target);
        target[..length].Replace('/', '\\');
        target[length] = '\0';
        Length = length;
        Pointer = (ushort*)start;
        if (length > LongestPath)
        {
            // Said here: UNICODE_STRING counts bytes in 16 bits, and not every system says so of a longer path.
            Error = NativeError.FromWin32(Win32Errors.ERROR_FILENAME_EXCED_RANGE);
        }
        else if (directory == 0)
        {
            UnicodeString native;
            Error = NativeError.FromNtStatus(Ntdll.RtlDosPathNameToNtPathName_U_WithStatus(Pointer, &native, null, null));
            _native = native;
            _fromNt = !Error.IsError;
        }
        else
        {
            // The name "." does not exist relative to a handle: the empty name means the directory itself.
            int bytes = length == 1 && *start == '.' ? 0 : length * sizeof(char);
            _native = new UnicodeString { Buffer = Pointer, Length = (ushort)bytes, MaximumLength = (ushort)bytes };
        }
    }

    internal ushort* Pointer { get; }

    internal int Length { get; }

    internal NativeError Error { get; }

    internal readonly UnicodeString Native => _native;

    public void Dispose()
    {
        if (_fromNt)
        {
            UnicodeString native = _native;
            Ntdll.RtlFreeUnicodeString(&native);
        }
        _fromNt = false;
        NativeMemory.Free(_heap);
        _heap = null;
    }
}
