using System.Diagnostics;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Walks the SDK's own tree with Gabbro.Platform and compares the count with the base library's.</summary>
internal sealed class WalkStep : ITourStep
{
    public string Name => "walk";

    public string Title => "Walk a real tree";

    public void Run(TourContext context, StepReport report)
    {
        var clock = Stopwatch.StartNew();
        long entries = 0, bytes = 0;
        using (var root = DirectoryHandle.Open(context.Tree))
        using (var walker = new TreeWalker(root))
        {
            while (walker.MoveNext())
            {
                var entry = walker.Current;
                entries++;
                if (entry.Type != FileType.Regular || entry.TryGetStatus(out var status).IsError)
                    continue;
                context.Files.Add((Path.Combine(context.Tree, entry.ToString()), status.Length));
                bytes += status.Length;
            }
        }

        var elapsed = clock.Elapsed;
        report.Progress(0.5);
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        var expected = Directory.EnumerateFileSystemEntries(context.Tree, "*", everything).LongCount();
        StepReport.Check(entries == expected, $"the walk saw {entries} entries, the base library sees {expected}");
        StepReport.Check(context.Files.Count > 0, $"no files below {context.Tree}");
        report.Fact("tree", context.Tree);
        report.Fact("entries", $"{entries:N0}, {bytes / 1e6:N0} MB, in {elapsed.TotalMilliseconds:0} ms");
    }
}
