using Gabbro.Platform.Files;

namespace Gabbro.Platform.Tests.Files;

public sealed class TreeWalkerTests
{
    [Test]
    public void DirectoryReader_ManyEntries_ShowsEachOnceWithItsType()
    {
        using TemporaryDirectory directory = new();
        HashSet<string> expected = [];
        for (int i = 0; i < 3000; i++)
        {
            string name = new string('n', i % 40) + i;
            expected.Add(name);
            if (i % 10 == 0)
                directory.Handle.CreateDirectory(name);
            else
                directory.Create(name).Dispose();
        }
        using DirectoryReader reader = new();
        for (int round = 0; round < 2; round++)
        {
            reader.Start(directory.Handle);
            HashSet<string> seen = [];
            while (reader.Read(out DirectoryEntry entry))
            {
                string name = entry.ToString();
                Assert.That(seen.Add(name), name);
                bool isDirectory = int.Parse(name.TrimStart('n')) % 10 == 0;
                Assert.That(entry.Type, Is.EqualTo(isDirectory ? FileType.Directory : FileType.Regular));
            }
            Assert.That(seen, Is.EquivalentTo(expected));
            Assert.That(reader.Read(out _), Is.False);
        }
    }

    [Test]
    public void Walk_RandomTree_FindsWhatTheBaseLibraryFinds()
    {
        using TemporaryDirectory directory = new();
        Random random = new(11);
        List<string> directories = [directory.Path];
        for (int i = 0; i < 400; i++)
        {
            string path = Path.Combine(directories[random.Next(directories.Count)], "e" + i);
            if (random.Next(3) == 0)
            {
                Directory.CreateDirectory(path);
                directories.Add(path);
            }
            else
            {
                File.WriteAllText(path, "");
            }
        }
        List<string> found = Walk(directory, default);
        IEnumerable<string> expected = Directory
            .EnumerateFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory.Path, path).Replace('\\', '/'));
        Assert.That(found, Is.EquivalentTo(expected));
    }

    [Test]
    public void Walk_DeeperThanOpenHandlesAndLongPaths_FindsEverything()
    {
        using TemporaryDirectory directory = new();
        const int depth = 300;
        List<DirectoryHandle> chain = [];
        DirectoryHandle current = directory.Handle;
        string name = new('d', 100);
        for (int i = 0; i < depth; i++)
        {
            current.CreateDirectory(name);
            current.CreateDirectory("other");
            current.OpenFile("other/leaf", FileOpenOptions.CreateNew).Dispose();
            current = current.OpenDirectory(name);
            chain.Add(current);
        }
        int leaves = 0, longest = 0;
        using (TreeWalker walker = new(directory.Handle))
        {
            while (walker.MoveNext())
            {
                Assert.That(walker.Current.Error, Is.EqualTo(NativeError.Success));
                if (walker.Current.Name.SequenceEqual("leaf"u8))
                    leaves++;
                longest = Math.Max(longest, walker.Current.Path.Length);
            }
        }
        Assert.That(leaves, Is.EqualTo(depth));
        Assert.That(longest, Is.EqualTo((depth * 101) - 1));
        for (int i = depth - 1; i >= 0; i--)
        {
            DirectoryHandle parent = i == 0 ? directory.Handle : chain[i - 1];
            parent.Unlink("other/leaf");
            parent.RemoveDirectory("other");
            chain[i].Dispose();
            parent.RemoveDirectory(name);
        }
    }

    [Test]
    public void Walk_LinkToAncestor_IsNotEnteredForEver()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryDirectory directory = new();
        directory.Handle.CreateDirectory("a");
        File.CreateSymbolicLink(Path.Combine(directory.Path, "a", "up"), "..");
        Assert.That(Walk(directory, default), Is.EquivalentTo(["a", "a/up"]));

        List<string> errors = [];
        using TreeWalker walker = new(directory.Handle, new() { FollowLinks = true });
        List<string> found = [];
        while (walker.MoveNext())
        {
            if (walker.Current.Error.IsError)
                errors.Add(walker.Current.ToString() + " " + walker.Current.Error.Kind);
            else
                found.Add(walker.Current.ToString());
        }
        Assert.That(found, Is.EquivalentTo(["a", "a/up"]));
        Assert.That(errors, Is.EqualTo(["a/up SymbolicLinkLoop"]));
    }

    [Test]
    public void Walk_FollowLinks_EntersLinkedDirectories()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryDirectory directory = new();
        using TemporaryDirectory other = new();
        other.Create("inside").Dispose();
        File.CreateSymbolicLink(directory["link"], other.Path);
        Assert.That(Walk(directory, default), Is.EquivalentTo(["link"]));
        Assert.That(Walk(directory, new() { FollowLinks = true }), Is.EquivalentTo(["link", "link/inside"]));
    }

    [Test]
    public void Walk_MaximumDepthAndSkip_LeaveContentsOut()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(Path.Combine(directory.Path, "a", "b", "c"));
        Directory.CreateDirectory(Path.Combine(directory.Path, "x", "y"));
        Assert.That(
            Walk(directory, new() { MaximumDepth = 2 }), Is.EquivalentTo(["a", "a/b", "x", "x/y"]));
        List<string> found = [];
        using TreeWalker walker = new(directory.Handle);
        while (walker.MoveNext())
        {
            found.Add(walker.Current.ToString());
            if (walker.Current.Name.SequenceEqual("x"u8))
                walker.SkipDirectory();
        }
        Assert.That(found, Is.EquivalentTo(["a", "a/b", "a/b/c", "x"]));
    }

    [Test]
    public void Walk_DirectoryVanishes_IsReportedOrIgnored()
    {
        using TemporaryDirectory directory = new();
        directory.Handle.CreateDirectory("a");
        directory.Handle.CreateDirectory("b");
        foreach (bool ignore in new[] { false, true })
        {
            using TreeWalker walker = new(directory.Handle, new() { IgnoreErrors = ignore });
            int entries = 0, errors = 0;
            while (walker.MoveNext())
            {
                if (walker.Current.Error.IsError)
                {
                    Assert.That(walker.Current.Error.Kind, Is.EqualTo(ErrorKind.NotFound));
                    Assert.That(walker.Current.ToString(), Is.EqualTo("a"));
                    errors++;
                }
                else if (++entries == 2)
                {
                    directory.Handle.RemoveDirectory("a");
                }
            }
            Assert.That(entries, Is.EqualTo(2));
            Assert.That(errors, Is.EqualTo(ignore ? 0 : 1));
            directory.Handle.CreateDirectory("a");
        }
    }

    [Test]
    public void Current_OpenAndStatus_WorkThroughTheDirectory()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory["d"]);
        File.WriteAllText(Path.Combine(directory["d"], "f"), "12345");
        using TreeWalker walker = new(directory.Handle);
        Assert.That(walker.MoveNext());
        Assert.That(walker.Current.TryOpenDirectory(out DirectoryHandle? inner, out _));
        inner!.Dispose();
        Assert.That(walker.MoveNext());
        Assert.That(walker.Current.TryGetStatus(out FileStatus status).IsError, Is.False);
        Assert.That(status.Length, Is.EqualTo(5));
        Assert.That(walker.Current.TryOpen(default, out FileHandle? file, out _));
        Assert.That(file!.Length, Is.EqualTo(5));
        file.Dispose();
    }

    [Test]
    public void Walk_WarmedUp_AllocatesNothingForAnEntry()
    {
        using TemporaryDirectory directory = new();
        for (int i = 0; i < 20; i++)
        {
            Directory.CreateDirectory(directory["d" + i]);
            for (int j = 0; j < 50; j++)
                File.WriteAllText(Path.Combine(directory["d" + i], "f" + j), "");
        }
        long total = 0;
        long Walk()
        {
            using TreeWalker walker = new(directory.Handle);
            walker.MoveNext();
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (walker.MoveNext())
                total += walker.Current.Path.Length;
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Walk();
        Assert.That(Walk(), Is.Zero);
    }

    [Test]
    public void Calls_AfterDispose_Throw()
    {
        using TemporaryDirectory directory = new();
        TreeWalker walker = new(directory.Handle);
        walker.Dispose();
        walker.Dispose();
        Assert.Throws<ObjectDisposedException>(() => walker.MoveNext());
        DirectoryReader reader = new();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.Read(out _));
        Assert.Throws<ObjectDisposedException>(() => reader.Start(directory.Handle));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _ = new TreeWalker(directory.Handle, new() { MaximumDepth = -1 }));
    }

    private static List<string> Walk(TemporaryDirectory directory, TreeWalkOptions options)
    {
        List<string> found = [];
        using TreeWalker walker = new(directory.Handle, options);
        while (walker.MoveNext())
            found.Add(walker.Current.ToString());
        return found;
    }
}
