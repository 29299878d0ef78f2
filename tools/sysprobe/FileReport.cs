using System.Text.Json;
using Gabbro.Platform.Files;
using Spectre.Console;

namespace Gabbro.Tools.SysProbe;

/// <summary>Directories and files.</summary>
internal static class FileReport
{
    private sealed record Entry(string Name, string Type, long Length, string Modified);

    internal static int List(string path, bool json)
    {
        List<Entry> entries = Read(path);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(entries, MachineReport.Indented));
            return 0;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns("name", "type", "bytes", "modified");
        table.Columns[2].RightAligned();
        foreach (Entry entry in entries)
            table.AddRow(Markup.Escape(entry.Name), entry.Type, entry.Length.ToString("N0"), entry.Modified);
        AnsiConsole.Write(table);
        return 0;
    }

    internal static int Cat(string path)
    {
        using FileHandle file = FileHandle.Open(path);
        using Stream output = Console.OpenStandardOutput();
        byte[] buffer = new byte[64 * 1024];
        for (int count = file.Read(buffer); count > 0; count = file.Read(buffer)) output.Write(buffer, 0, count);
        return 0;
    }

    internal static void Summary(string path)
    {
        List<Entry> entries = Read(path);
        AnsiConsole.WriteLine($"directory   {entries.Count} entries in {Path.GetFullPath(path)}");
        Entry? file = entries.Find(e => e.Type == nameof(FileType.Regular) && e.Length > 0);
        if (file is null) return;
        using FileHandle handle = FileHandle.Open(Path.Combine(path, file.Name));
        byte[] buffer = new byte[(int)Math.Min(file.Length, 1 << 20)];
        AnsiConsole.WriteLine($"file        read {handle.Read(buffer):N0} bytes of {file.Name}");
    }

    private static List<Entry> Read(string path)
    {
        List<Entry> entries = [];
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        using DirectoryReader reader = new();
        reader.Start(directory);
        while (reader.Read(out DirectoryEntry entry))
        {
            bool known = !directory.TryGetStatus(entry.Name, followLink: false, out FileStatus status).IsError;
            entries.Add(new Entry(entry.ToString(), entry.Type.ToString(), known ? status.Length : 0, known ? status.ModificationTime.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss") : ""));
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
    }
}
