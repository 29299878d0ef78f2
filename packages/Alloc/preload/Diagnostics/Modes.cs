using System;
using System.Runtime;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// What the environment asks for: GABBRO_MALLOC is a list of words separated by commas. stats: the books at exit, free of
/// cost. count: also the calls and bytes, counted one by one. trace: a line for every call. checked: every block with
/// canaries, poison, quarantine and a record of where it was allocated and freed; misuse aborts with a report. guards: checked,
/// and every block ends at an inaccessible page and becomes inaccessible when it is freed. leaks: with checked, the blocks
/// never freed. hardened: for production; see Core/Hardening.cs. noscavenger: never start a thread. GABBRO_MALLOC_OUTPUT names a file to append to.
/// </summary>
internal static unsafe class Modes
{
    private const int StandardError = 2;
    private const int DuplicateCloseOnExec = 1030;
    private const int AppendCreateWrite = 0x80441;
    private const int LowestDescriptor = 100;

    private static int s_diagnosed;
    private static int s_stats;
    private static int s_output;

    /// <summary>Every call takes the slow path and is looked at one by one.</summary>
    internal static bool Diagnosed => s_diagnosed != 0;

    internal static bool Count { get; private set; }

    internal static bool Trace { get; private set; }

    internal static bool Checked { get; private set; }

    internal static bool Leaks { get; private set; }

    internal static bool Guards { get; private set; }

    /// <summary>A heap of the hardened kind, and no diagnosis.</summary>
    internal static bool Hardened { get; private set; }

    /// <summary>Where reports go: a descriptor of our own, because programs close theirs before they end.</summary>
    internal static int Output => s_output;

    internal static void Read(byte** environment)
    {
        if (environment == null) return;
        byte* words = Find(environment, "GABBRO_MALLOC="u8);
        if (words == null) return;
        int saved = *Libc.ErrnoLocation();
        while (*words != 0)
        {
            byte* end = words;
            while (*end != 0 && *end != (byte)',') end++;
            Take(words, (int)(end - words));
            words = *end == 0 ? end : end + 1;
        }
        byte* path = Find(environment, "GABBRO_MALLOC_OUTPUT="u8);
        s_output = path == null ? -1 : Libc.Open(path, AppendCreateWrite, 0x1A4);
        if (s_output < 0) s_output = Libc.Fcntl(StandardError, DuplicateCloseOnExec, LowestDescriptor);
        if (s_output < 0) s_output = StandardError;
        *Libc.ErrnoLocation() = saved;
        bool diagnosed = Count || Trace || Checked;
        // Diagnosis sees more than hardening does.
        if (diagnosed) Hardened = false;
        if (!diagnosed && !Hardened) return;
        Threads.Forsake();
        Threads.CoverAll();
        if (Hardened)
        {
            Threads.Harden();
            return;
        }
        s_diagnosed = 1;
        Threads.InitialiseForDiagnosis();
        if (Guards) Diagnosis.CatchFaults();
    }

    /// <summary>The library's destructor.</summary>
    [RuntimeExport("gabbro_process_end")]
    internal static void ProcessEnd()
    {
        if (Diagnosed) Diagnosis.ReportAtExit();
        if (s_stats != 0) Report.Statistics(s_output);
    }

    private static void Take(byte* word, int length)
    {
        if (Equals(word, length, "stats"u8)) s_stats = 1;
        else if (Equals(word, length, "count"u8)) Count = true;
        else if (Equals(word, length, "trace"u8)) Trace = true;
        else if (Equals(word, length, "checked"u8)) Checked = true;
        else if (Equals(word, length, "leaks"u8)) Leaks = true;
        else if (Equals(word, length, "guards"u8)) Checked = Guards = true;
        else if (Equals(word, length, "hardened"u8)) Hardened = true;
        else if (Equals(word, length, "noscavenger"u8)) Scavenger.Forbid();
    }

    private static bool Equals(byte* word, int length, ReadOnlySpan<byte> literal)
    {
        if (length != literal.Length) return false;
        for (int i = 0; i < length; i++)
        {
            if (word[i] != ((byte*)literal.Start)[i]) return false;
        }
        return true;
    }

    private static byte* Find(byte** environment, ReadOnlySpan<byte> name)
    {
        for (; *environment != null; environment++)
        {
            int i = 0;
            while (i < name.Length && (*environment)[i] == ((byte*)name.Start)[i]) i++;
            if (i == name.Length) return *environment + i;
        }
        return null;
    }
}
