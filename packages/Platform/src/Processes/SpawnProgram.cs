using System.Runtime.InteropServices;
using System.Text;

namespace Gabbro.Platform.Processes;

/// <summary>The list of system calls a child makes between its birth and its program, in native memory, with a note of which step
/// each belongs to.</summary>
internal sealed unsafe class SpawnProgram : IDisposable
{
    private const int MaxInstructions = 4096;

    private readonly List<nint> _memory = [];
    private readonly List<(SpawnStep Step, string? Target)> _notes = [];
    private readonly SpawnInstruction* _instructions;

    /// <summary>A program with room for so many calls.</summary>
    internal SpawnProgram(int capacity)
    {
        if (capacity > MaxInstructions) throw new ArgumentException("The child would have too much to do.");
        // One more for the end mark. Instructions point at each other, so the array never moves.
        _instructions = (SpawnInstruction*)Allocate((nuint)(capacity + 1) * (nuint)sizeof(SpawnInstruction));
        Capacity = capacity;
        _instructions[0].Number = -1;
    }

    internal int Capacity { get; }

    internal int Count => _notes.Count;

    internal SpawnInstruction* First => _instructions;

    /// <summary>Appends a call. Returns it, so that another can copy a result into its arguments.</summary>
    internal SpawnInstruction* Add(
        SpawnStep step, string? target, long number, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, bool tolerant = false)
    {
        if (Count == Capacity) throw new InvalidOperationException("The program is full.");
        SpawnInstruction* instruction = _instructions + Count;
        *instruction = new SpawnInstruction
        {
            Number = number,
            Argument0 = a0,
            Argument1 = a1,
            Argument2 = a2,
            Argument3 = a3,
            Argument4 = a4,
            Tolerant = tolerant ? 1 : 0,
        };
        instruction[1].Number = -1;
        _notes.Add((step, target));
        return instruction;
    }

    /// <summary>The step and object of an instruction that failed.</summary>
    internal (SpawnStep Step, string? Target) NoteOf(SpawnInstruction* instruction) => _notes[(int)(instruction - _instructions)];

    /// <summary>Zeroed memory that lives as long as the program.</summary>
    internal void* Allocate(nuint size)
    {
        void* memory = NativeMemory.AllocZeroed(size);
        _memory.Add((nint)memory);
        return memory;
    }

    /// <summary>Zero-terminated UTF-8 text; null for null.</summary>
    internal byte* Text(string? text)
    {
        if (text is null) return null;
        int length = Encoding.UTF8.GetByteCount(text);
        byte* memory = (byte*)Allocate((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, length));
        return memory;
    }

    /// <summary>A null-terminated vector of texts.</summary>
    internal byte** Vector(IReadOnlyCollection<string> texts)
    {
        // One block for the pointers and all the bytes: an environment has dozens of short texts.
        nuint size = (nuint)((texts.Count + 1) * sizeof(byte*));
        foreach (string text in texts) size += (nuint)Encoding.UTF8.GetByteCount(text) + 1;
        byte** vector = (byte**)Allocate(size);
        byte* end = (byte*)vector + size;
        byte* next = (byte*)(vector + texts.Count + 1);
        int index = 0;
        foreach (string text in texts)
        {
            vector[index++] = next;
            next += Encoding.UTF8.GetBytes(text, new Span<byte>(next, (int)(end - next))) + 1;
        }

        return vector;
    }

    public void Dispose()
    {
        foreach (nint memory in _memory) NativeMemory.Free((void*)memory);
        _memory.Clear();
    }
}
