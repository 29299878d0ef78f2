using System.Globalization;
using System.Text;
using System.Text.Json;
using Gabbro.Storage.Lsm;
using Gabbro.Tools.Kvdb.Engines;
using Gabbro.Tools.Kvdb.Shell;

namespace Gabbro.Tools.Kvdb.Inspecting;

/// <summary>What a database is made of, as text, JSON and a picture.</summary>
internal sealed class Inspection(LsmDatabase database)
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true };
    private readonly LsmStatistics _statistics = database.GetStatistics();

    public string ToText()
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.AppendLine("Database structure:");
        text.AppendLine("Write-Ahead Log (WAL):");
        text.AppendLine(culture, $"  Entries: {database.Recovery.Entries:N0} in {database.Recovery.Logs} logs");
        text.AppendLine(culture, $"  Torn bytes at the end: {database.Recovery.TornBytes}");
        text.AppendLine("Memtable (replayed from the log):");
        text.AppendLine(culture, $"  Entries: {_statistics.MemtableEntries:N0}");
        text.AppendLine(culture, $"  Size: {Sizes.Text(_statistics.MemtableBytes)}");
        text.AppendLine("LSM Tree on Disk:");
        foreach (var level in _statistics.Levels)
        {
            text.AppendLine(culture, $"  Level {level.Level}: {level.Tables.Count} SSTables ({Sizes.Text(level.Bytes)}, {level.Entries:N0} entries)");
            foreach (var table in level.Tables)
            {
                text.AppendLine(
                    culture,
                    $"    - {table.Number:D6}.sst: {Sizes.Text(table.Bytes)} ({table.Entries:N0} entries, {table.Deletes:N0} deletes) [{Short(table.Smallest)} .. {Short(table.Largest)}]");
            }
        }

        text.AppendLine(culture, $"Total table entries: {_statistics.TableEntries:N0}");
        text.Append(culture, $"Total table size: {Sizes.Text(_statistics.TableBytes)}");
        return text.ToString();
    }

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_indented))
        {
            json.WriteStartObject();
            json.WriteString("path", database.Path);
            json.WriteNumber("logEntries", database.Recovery.Entries);
            json.WriteNumber("memtableEntries", _statistics.MemtableEntries);
            json.WriteNumber("memtableBytes", _statistics.MemtableBytes);
            json.WriteNumber("tableBytes", _statistics.TableBytes);
            json.WriteNumber("tableEntries", _statistics.TableEntries);
            json.WriteStartArray("levels");
            foreach (var level in _statistics.Levels)
            {
                json.WriteStartObject();
                json.WriteNumber("level", level.Level);
                json.WriteNumber("bytes", level.Bytes);
                json.WriteNumber("entries", level.Entries);
                json.WriteStartArray("tables");
                foreach (var table in level.Tables)
                {
                    json.WriteStartObject();
                    json.WriteNumber("number", table.Number);
                    json.WriteNumber("bytes", table.Bytes);
                    json.WriteNumber("entries", table.Entries);
                    json.WriteNumber("deletes", table.Deletes);
                    json.WriteString("smallest", Convert.ToHexStringLower(table.Smallest.Span));
                    json.WriteString("largest", Convert.ToHexStringLower(table.Largest.Span));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A bar a level, as wide as its bytes, cut where its tables meet.</summary>
    public string ToSvg()
    {
        const int width = 800;
        const int row = 36;
        var culture = CultureInfo.InvariantCulture;
        var largest = Math.Max(1, _statistics.Levels.Max(l => l.Bytes));
        var svg = new StringBuilder();
        svg.AppendLine(culture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width + 220}\" height=\"{(_statistics.Levels.Count * row) + 20}\" font-family=\"sans-serif\" font-size=\"13\">");
        foreach (var level in _statistics.Levels)
        {
            var y = 10 + (level.Level * row);
            svg.AppendLine(culture, $"<text x=\"4\" y=\"{y + 18}\">Level {level.Level}: {Sizes.Text(level.Bytes)}, {level.Tables.Count} tables</text>");
            double x = 210;
            foreach (var table in level.Tables)
            {
                var size = Math.Max(1, (double)table.Bytes / largest * width);
                svg.AppendLine(culture, $"<rect x=\"{x:F1}\" y=\"{y}\" width=\"{size:F1}\" height=\"{row - 8}\" fill=\"#4682b4\" stroke=\"white\"><title>{table.Number:D6}.sst</title></rect>");
                x += size;
            }
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static string Short(ReadOnlyMemory<byte> key)
    {
        var text = CommandLineWords.Text(key.Span);
        return text.Length > 24 ? text[..24] + "..." : text;
    }
}
