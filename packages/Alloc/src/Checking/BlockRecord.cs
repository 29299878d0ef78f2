using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Alloc;

/// <summary>All a checked heap knows of one block.</summary>
internal sealed class BlockRecord
{
    internal nuint User { get; init; }

    /// <summary>Where the core's block begins, which holds the canaries as well.</summary>
    internal nuint Raw { get; init; }

    internal nuint RawBytes { get; init; }

    internal nuint Size { get; init; }

    internal long Sequence { get; init; }

    internal int AllocThread { get; init; }

    internal DateTimeOffset AllocTime { get; init; }

    internal StackTrace? AllocStack { get; init; }

    /// <summary>The inaccessible page behind the block, or 0.</summary>
    internal nuint Guard { get; init; }

    internal bool Freed { get; set; }

    internal int FreeThread { get; set; }

    internal DateTimeOffset FreeTime { get; set; }

    internal StackTrace? FreeStack { get; set; }

    internal string Describe()
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"block #{Sequence} of {Size} bytes at 0x{User:x}, allocated {AllocTime:HH:mm:ss.fff} by thread {AllocThread}{At(AllocStack)}");
        if (!Freed) return text;
        return text + string.Create(CultureInfo.InvariantCulture, $"; freed {FreeTime:HH:mm:ss.fff} by thread {FreeThread}{At(FreeStack)}");
    }

    private static string At(StackTrace? stack) => stack is null ? "" : " at" + Environment.NewLine + stack;
}
