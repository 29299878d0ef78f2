using Gabbro.Alloc;

namespace Gabbro.Tools.HeapLab;

/// <summary>Random allocations and frees, two to one, of sizes in a range.</summary>
internal static unsafe class RandomUse
{
    /// <summary>Leaves the heap as it is afterwards; returns the bytes asked for by the blocks that live.</summary>
    internal static long Run(NativeHeap heap, int operations, int seed, int smallest, int largest)
    {
        Random random = new(seed);
        List<(nuint Block, int Bytes)> blocks = [];
        for (int i = 0; i < operations; i++)
        {
            if (blocks.Count > 0 && random.Next(3) == 0)
            {
                int index = random.Next(blocks.Count);
                heap.Free((void*)blocks[index].Block);
                blocks[index] = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
            }
            else
            {
                int bytes = random.Next(smallest, largest + 1);
                blocks.Add(((nuint)heap.Alloc((nuint)bytes), bytes));
            }
        }
        return blocks.Sum(static block => (long)block.Bytes);
    }
}
