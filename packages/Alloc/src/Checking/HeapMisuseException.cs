using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>A program misused a heap: what happened, to which block, and where that was allocated and freed.</summary>
public sealed class HeapMisuseException : InvalidOperationException
{
    internal HeapMisuseException(HeapMisuse misuse, HeapOperation operation, nuint address, NativeHeap heap, string detail)
        : base($"{Describe(misuse)} in {operation} of 0x{address:x} (heap \"{heap.Name}\"): {detail}")
    {
        Misuse = misuse;
        Operation = operation;
        Address = address;
        HeapName = heap.Name;
    }

    /// <summary>What was wrong.</summary>
    public HeapMisuse Misuse { get; }

    /// <summary>The call that found it.</summary>
    public HeapOperation Operation { get; }

    /// <summary>The pointer in question.</summary>
    public nuint Address { get; }

    /// <summary>The name of the heap that was called.</summary>
    public string HeapName { get; }

    internal static unsafe HeapMisuseException Foreign(HeapOperation operation, void* pointer, NativeHeap heap, Page* page)
    {
        if (page == null || page->Heap == heap.Core || page->Kind == PageKind.Free)
            return new HeapMisuseException(HeapMisuse.InvalidPointer, operation, (nuint)pointer, heap, "no heap of this process has given out this address");
        string owner = LiveHeaps.OwnerOf(page->Heap) is { } other ? $"the heap \"{other.Name}\"" : "another heap";
        return new HeapMisuseException(HeapMisuse.WrongHeap, operation, (nuint)pointer, heap, $"the block belongs to {owner}");
    }

    internal static unsafe HeapMisuseException Of(int fault, HeapOperation operation, void* pointer, NativeHeap heap) =>
        fault == BlockFault.DoubleFree
            ? new HeapMisuseException(HeapMisuse.DoubleFree, operation, (nuint)pointer, heap, "the block is not in use")
            : new HeapMisuseException(HeapMisuse.InvalidPointer, operation, (nuint)pointer, heap, "the pointer is not the start of a block");

    private static string Describe(HeapMisuse misuse) => misuse switch
    {
        HeapMisuse.InvalidPointer => "Invalid pointer",
        HeapMisuse.WrongHeap => "Pointer of another heap",
        HeapMisuse.DoubleFree => "Double free",
        HeapMisuse.Overrun => "Write past the ends of the block found",
        HeapMisuse.UseAfterFree => "Write after free found",
        HeapMisuse.SizeMismatch => "Size mismatch",
        _ => misuse.ToString(),
    };
}
