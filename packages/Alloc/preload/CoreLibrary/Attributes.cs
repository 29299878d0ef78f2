#pragma warning disable CA1019, CA1813, CA1018, IDE0060, CS9113

namespace System
{
    public abstract class Attribute;

    public enum AttributeTargets
    {
        All = 32767,
    }

    public sealed class AttributeUsageAttribute(AttributeTargets validOn) : Attribute
    {
        public bool AllowMultiple { get; set; }

        public bool Inherited { get; set; }
    }

    public sealed class FlagsAttribute : Attribute;

    public sealed class ParamArrayAttribute : Attribute;
}

namespace System.Runtime.InteropServices
{
    public enum LayoutKind
    {
        Sequential = 0,
        Explicit = 2,
        Auto = 3,
    }

    public sealed class StructLayoutAttribute(LayoutKind layoutKind) : Attribute
    {
        public int Pack;
        public int Size;
    }

    public sealed class FieldOffsetAttribute(int offset) : Attribute;
}

namespace System.Runtime.CompilerServices
{
    using System.Runtime.InteropServices;

    public enum MethodImplOptions
    {
        NoInlining = 8,
        AggressiveInlining = 256,
        InternalCall = 4096,
    }

    public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute;

    public sealed class IntrinsicAttribute : Attribute;

    public sealed class CompilerGeneratedAttribute : Attribute;

    public sealed class IsReadOnlyAttribute : Attribute;

    public sealed class FixedBufferAttribute(object elementType, int length) : Attribute;

    public sealed class UnsafeValueTypeAttribute : Attribute;

    public static class IsUnmanaged;

    public static class IsVolatile;
}

namespace System.Runtime
{
    /// <summary>Gives a method a C symbol of its own.</summary>
    public sealed class RuntimeExportAttribute(string entry) : Attribute;

    /// <summary>Declares a method that is a C symbol; calls to it are direct.</summary>
    public sealed class RuntimeImportAttribute(string library, string entry) : Attribute;
}
