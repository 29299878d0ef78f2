using System;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>The report of a misuse: what, which block, and when, by whom and where it was allocated and freed.</summary>
internal static unsafe class Misuse
{
    /// <summary>Reports and ends the process: its memory is not what it thinks it is.</summary>
    internal static void Report(ReadOnlySpan<byte> what, void* pointer, BlockRecord* record)
    {
        Describe(what, pointer, record);
        End();
    }

    /// <summary>What a hardened heap finds: it keeps no records, so it can name the pointer and the place only.</summary>
    internal static void Report(int fault, ReadOnlySpan<byte> operation, void* pointer)
    {
        Text text;
        Text.ToDescriptor(&text, Modes.Output);
        Text.AddPrefix(&text);
        if (fault == BlockFault.DoubleFree) Text.Add(&text, "double free or use after free in "u8);
        else Text.Add(&text, "invalid pointer in "u8);
        Text.Add(&text, operation);
        Text.Add(&text, ": "u8);
        Text.AddAddress(&text, pointer);
        Text.Add(&text, "\n"u8);
        Text.Flush(&text);
        End();
    }

    private static void End()
    {
        ShowStack();
        Libc.Abort();
    }

    /// <summary>Where the calling thread is.</summary>
    internal static void ShowStack()
    {
        void** frames = stackalloc void*[BlockRecord.Frames];
        int count = Libc.Backtrace(frames, BlockRecord.Frames);
        Line("found at:"u8);
        Libc.BacktraceSymbolsFd(frames, count, Modes.Output);
    }

    internal static void Describe(ReadOnlySpan<byte> what, void* pointer, BlockRecord* record)
    {
        Text text;
        Text.ToDescriptor(&text, Modes.Output);
        Text.AddPrefix(&text);
        Text.Add(&text, what);
        Text.Add(&text, ": "u8);
        Text.AddAddress(&text, pointer);
        if (record == null)
        {
            Text.Add(&text, " is in no block known\n"u8);
            Text.Flush(&text);
            return;
        }
        Text.Add(&text, ", block #"u8);
        Text.AddNumber(&text, record->Sequence, 0);
        Text.Add(&text, " of "u8);
        Text.AddNumber(&text, record->Size, 0);
        Text.Add(&text, " bytes at "u8);
        Text.AddAddress(&text, record->User);
        Text.Add(&text, ", allocated at "u8);
        Text.AddNumber(&text, record->AllocTime, 0);
        Text.Add(&text, " ms by thread "u8);
        Text.AddNumber(&text, (ulong)record->AllocThread, 0);
        Text.Add(&text, "\n"u8);
        Text.Flush(&text);
        Libc.BacktraceSymbolsFd((void**)record->AllocStack, record->AllocFrames, Modes.Output);
        if (record->Freed == 0) return;
        Text.AddPrefix(&text);
        Text.Add(&text, "freed at "u8);
        Text.AddNumber(&text, record->FreeTime, 0);
        Text.Add(&text, " ms by thread "u8);
        Text.AddNumber(&text, (ulong)record->FreeThread, 0);
        Text.Add(&text, "\n"u8);
        Text.Flush(&text);
        Libc.BacktraceSymbolsFd((void**)record->FreeStack, record->FreeFrames, Modes.Output);
    }

    private static void Line(ReadOnlySpan<byte> text)
    {
        Text line;
        Text.ToDescriptor(&line, Modes.Output);
        Text.AddPrefix(&line);
        Text.Add(&line, text);
        Text.Add(&line, "\n"u8);
        Text.Flush(&line);
    }
}
