using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>
/// The books of a heap at one moment. Exact while no other thread allocates or frees; otherwise each page is right at the
/// moment it was looked at.
/// </summary>
/// <remarks>
/// <code>
/// Mapped == Live + Free + Metadata
/// Free   == Cached + PageFree + SpanFree + Unused
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HeapSummary
{
    /// <summary>Accessible memory taken from the system; what of it is resident the system knows.</summary>
    internal nuint Mapped;
    internal nuint Reserved;
    internal nuint PeakMapped;
    internal nuint Metadata;
    internal nuint Live;
    internal nuint LiveBlocks;

    /// <summary>Bytes of large and huge blocks among the live.</summary>
    internal nuint LargeLive;
    internal nuint LargeBlocks;
    internal nuint HugeLive;

    /// <summary>In threads' lists.</summary>
    internal nuint Cached;

    /// <summary>Free in pages that hold blocks: blocks freed or never carved, and the ends that hold no whole block.</summary>
    internal nuint PageFree;
    internal nuint SpanFree;

    /// <summary>Of <see cref="SpanFree"/>, what may be resident.</summary>
    internal nuint SpanDirty;
    internal nuint LargestSpan;
    internal nuint Spans;

    /// <summary>Accessible but never handed out.</summary>
    internal nuint Unused;
    internal nuint Pages;
    internal ulong PurgedBytes;
    internal nuint Threads;

    internal fixed ulong ClassLive[SizeClass.Count];
    internal fixed ulong ClassCached[SizeClass.Count];
    internal fixed ulong ClassCapacity[SizeClass.Count];
    internal fixed ulong ClassPages[SizeClass.Count];
}
