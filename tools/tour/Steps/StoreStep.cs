using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Gabbro.Storage.Lsm;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Keeps the walk in a database (path to length), then reads, scans and deletes, comparing with the walk.</summary>
internal sealed class StoreStep : ITourStep
{
    /// <summary>Where the database lies; the serving step opens it again.</summary>
    public static string Folder(TourContext context) => Path.Combine(context.Folder, "files.lsm");

    public string Name => "store";

    public string Title => "Keep what was found in a database";

    public void Run(TourContext context, StepReport report)
    {
        var files = context.Files.Take(context.Quick ? 1000 : int.MaxValue).ToList();
        StepReport.Check(files.Count > 0, "the walk found nothing to store; run the walk step first");
        var clock = Stopwatch.StartNew();
        using (var database = LsmDatabase.Open(Folder(context)))
        {
            Span<byte> value = stackalloc byte[8];
            for (var i = 0; i < files.Count; i++)
            {
                BinaryPrimitives.WriteInt64BigEndian(value, files[i].Length);
                database.Put(Encoding.UTF8.GetBytes(files[i].Path), value);
                report.Progress(0.5 * i / files.Count);
            }
        }

        var written = clock.Elapsed;
        clock.Restart();
        using (var database = LsmDatabase.Open(Folder(context)))
        {
            foreach (var (path, length) in files)
            {
                var value = database.Get(Encoding.UTF8.GetBytes(path));
                StepReport.Check(value is not null && BinaryPrimitives.ReadInt64BigEndian(value) == length, $"the database answers wrongly for {path}");
            }

            report.Progress(0.8);
            var sorted = files.Select(f => f.Path).Order(StringComparer.Ordinal).ToList();
            var scanned = database.Scan(ReadOnlySpan<byte>.Empty).Select(entry => Encoding.UTF8.GetString(entry.Key)).ToList();
            StepReport.Check(scanned.Count == sorted.Count && scanned.ToHashSet().SetEquals(sorted), "a scan does not give what was put");

            var gone = Encoding.UTF8.GetBytes(files[0].Path);
            database.Delete(gone);
            StepReport.Check(!database.Contains(gone), "a deleted key is still there");
            var restored = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(restored, files[0].Length);
            database.Put(gone, restored);
        }

        report.Fact("written", $"{files.Count:N0} entries in {written.TotalMilliseconds:0} ms");
        report.Fact("reopened, read and scanned", $"in {clock.Elapsed.TotalMilliseconds:0} ms, every value right");
    }
}
