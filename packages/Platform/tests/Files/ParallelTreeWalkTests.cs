using Gabbro.Platform.Files;

namespace Gabbro.Platform.Tests.Files;

public sealed class ParallelTreeWalkTests
{
    private sealed class Collector : ITreeVisitor
    {
        internal List<(string Path, int Depth)> Found { get; } = [];

        public void Visit(scoped in TreeEntry entry)
        {
            Assert.That(entry.Error.IsError, Is.False);
            Found.Add((entry.ToString(), entry.Depth));
        }
    }

    private sealed class Failing : ITreeVisitor
    {
        public void Visit(scoped in TreeEntry entry) => throw new InvalidOperationException("visitor");
    }

    [Test]
    public void Run_ManyWorkers_VisitEachEntryOnceWithItsPath([Values(1, 2, 4)] int workers)
    {
        using TemporaryDirectory directory = new();
        Random random = new(13);
        List<string> directories = [directory.Path];
        for (int i = 0; i < 600; i++)
        {
            string path = Path.Combine(directories[random.Next(directories.Count)], "e" + i);
            if (random.Next(2) == 0)
            {
                Directory.CreateDirectory(path);
                directories.Add(path);
            }
            else
            {
                File.WriteAllText(path, "");
            }
        }
        string[] expected = [.. Directory
            .EnumerateFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory.Path, path).Replace('\\', '/'))];
        for (int round = 0; round < 20; round++)
        {
            Collector[] visitors = [.. Enumerable.Range(0, workers).Select(_ => new Collector())];
            ParallelTreeWalk.Run(directory.Handle, visitors);
            (string Path, int Depth)[] found = [.. visitors.SelectMany(visitor => visitor.Found)];
            Assert.That(found.Select(item => item.Path), Is.EquivalentTo(expected));
            Assert.That(found.All(item => item.Depth == item.Path.Count(letter => letter == '/') + 1));
        }
        Collector[] shallow = [.. Enumerable.Range(0, workers).Select(_ => new Collector())];
        ParallelTreeWalk.Run(directory.Handle, shallow, new() { MaximumDepth = 2 });
        Assert.That(
            shallow.SelectMany(visitor => visitor.Found).Select(item => item.Path),
            Is.EquivalentTo(expected.Where(path => path.Count(letter => letter == '/') < 2)));
    }

    [Test]
    public void Run_VisitorFails_EndsAndThrows()
    {
        using TemporaryDirectory directory = new();
        for (int i = 0; i < 20; i++)
            directory.Handle.CreateDirectory("d" + i);
        Assert.Throws<InvalidOperationException>(
            () => ParallelTreeWalk.Run(directory.Handle, new Failing[] { new(), new() }));
    }

    [Test]
    public void Run_BadArguments_Throw()
    {
        using TemporaryDirectory directory = new();
        Assert.Throws<ArgumentException>(() => ParallelTreeWalk.Run<Collector>(directory.Handle, []));
        Assert.Throws<ArgumentException>(
            () => ParallelTreeWalk.Run(directory.Handle, new Collector[] { new() }, new() { FollowLinks = true }));
        Assert.Throws<OperationCanceledException>(
            () => ParallelTreeWalk.Run(directory.Handle, new Collector[] { new() }, default, new CancellationToken(true)));
    }
}
