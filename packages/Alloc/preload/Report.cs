using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>The statistics of the process as text.</summary>
internal static unsafe class Report
{
    internal static void Statistics(int descriptor)
    {
        Text text;
        Text.ToDescriptor(&text, descriptor);
        Introspection.WithSummary(&Write, &text);
        Text.Flush(&text);
    }

    private static void Write(HeapSummary* summary, Text* text)
    {
        Text.AddPrefix(text);
        Text.Add(text, "live "u8);
        Text.AddNumber(text, summary->Live, 0);
        Text.Add(text, " in "u8);
        Text.AddNumber(text, summary->LiveBlocks, 0);
        Text.Add(text, " blocks, free "u8);
        Text.AddNumber(text, summary->Mapped - summary->Live - summary->Metadata, 0);
        Text.Add(text, ", metadata "u8);
        Text.AddNumber(text, summary->Metadata, 0);
        Text.Add(text, ", mapped "u8);
        Text.AddNumber(text, summary->Mapped, 0);
        Text.Add(text, " (peak "u8);
        Text.AddNumber(text, summary->PeakMapped, 0);
        Text.Add(text, ") bytes; given back "u8);
        Text.AddNumber(text, summary->PurgedBytes, 0);
        Text.Add(text, " bytes in all; threads "u8);
        Text.AddNumber(text, summary->Threads, 0);
        Text.Add(text, "\n     class       live     cached       free      pages\n"u8);
        for (int c = 0; c < SizeClass.Count; c++)
        {
            if (summary->ClassPages[c] == 0) continue;
            Text.AddNumber(text, SizeClass.SizeOf(c), 10);
            Text.AddNumber(text, summary->ClassLive[c], 11);
            Text.AddNumber(text, summary->ClassCached[c], 11);
            Text.AddNumber(text, summary->ClassCapacity[c] - summary->ClassLive[c] - summary->ClassCached[c], 11);
            Text.AddNumber(text, summary->ClassPages[c], 11);
            Text.Add(text, "\n"u8);
        }
        Text.Add(text, "     large "u8);
        Text.AddNumber(text, summary->LargeBlocks, 10);
        Text.Add(text, "            blocks of "u8);
        Text.AddNumber(text, summary->LargeLive, 0);
        Text.Add(text, " bytes; free spans "u8);
        Text.AddNumber(text, summary->Spans, 0);
        Text.Add(text, " of "u8);
        Text.AddNumber(text, summary->SpanFree, 0);
        Text.Add(text, " bytes, largest "u8);
        Text.AddNumber(text, summary->LargestSpan, 0);
        Text.Add(text, "\n"u8);
    }
}
