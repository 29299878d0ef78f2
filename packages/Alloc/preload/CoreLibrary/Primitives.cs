// The types the language itself needs, declared and nothing more: the library is compiled without a runtime.
#pragma warning disable CA1815, CA1051, CS0169, CS0649, CA1823, IDE0044, IDE0051

namespace System;

public class Object
{
    private IntPtr _methodTable;
}

public struct Void;

public struct Boolean;

public struct Char;

public struct SByte;

public struct Byte;

public struct Int16;

public struct UInt16;

public struct Int32;

public struct UInt32;

public struct Int64;

public struct UInt64;

public struct Single;

public struct Double;

public struct IntPtr;

public struct UIntPtr
{
    /// <summary>The core is compiled for 64-bit systems only.</summary>
    public static nuint MaxValue => unchecked((nuint)0xFFFF_FFFF_FFFF_FFFF);
}

public abstract class ValueType;

public abstract class Enum : ValueType;

public struct Nullable<T>
    where T : struct;

public abstract class Array;

public sealed class String
{
    public readonly int Length;
}

public abstract class Delegate;

public abstract class MulticastDelegate : Delegate;

public abstract class Exception;

public struct RuntimeTypeHandle;

public struct RuntimeMethodHandle;

public struct RuntimeFieldHandle;
