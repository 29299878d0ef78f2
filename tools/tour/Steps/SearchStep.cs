using System.Diagnostics;
using Gabbro.Platform.Files;
using Gabbro.Scheduler;
using Gabbro.Scheduler.Algorithms;
using Gabbro.Search;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Searches the files of the walk, in parallel, and compares every count with the base library's.</summary>
internal sealed class SearchStep : ITourStep
{
    private static readonly byte[] Needle = "System.Text"u8.ToArray();

    public string Name => "search";

    public string Title => "Search its files";

    public void Run(TourContext context, StepReport report)
    {
        var files = context.Files.Where(f => f.Length is > 0 and < 64 << 20).Take(context.Quick ? 400 : int.MaxValue).Select(f => f.Path).ToArray();
        StepReport.Check(files.Length > 0, "the walk found nothing to search; run the walk step first");
        var finder = Finder.Create(Needle);
        long matches = 0, expected = 0, bytes = 0, searchTicks = 0;
        var done = 0;
        WorkPool.Shared.For(0, files.Length, i =>
        {
            using var file = FileHandle.Open(files[i]);
            var text = new byte[file.Length];
            var length = file.ReadFullyAt(text, 0);
            var haystack = text.AsSpan(0, length);
            var start = Stopwatch.GetTimestamp();
            var found = finder.Count(haystack);
            Interlocked.Add(ref searchTicks, Stopwatch.GetTimestamp() - start);
            Interlocked.Add(ref matches, found);
            Interlocked.Add(ref bytes, length);
            Interlocked.Add(ref expected, haystack.Count(Needle));
            report.Progress((double)Interlocked.Increment(ref done) / files.Length);
        });
        StepReport.Check(matches == expected, $"{matches} matches, the base library counts {expected}");
        StepReport.Check(matches > 0, "a .NET SDK without System.Text?");
        report.Fact("matches", $"{matches:N0} of \"System.Text\" in {files.Length:N0} files, {bytes / 1e6:N0} MB");
        report.Fact("speed", $"{bytes / 1e9 / Stopwatch.GetElapsedTime(0, searchTicks).TotalSeconds:0.0} GB/s a core, tier {finder.Tier}");
    }
}
