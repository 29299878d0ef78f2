using Gabbro.Platform.Files;

namespace Gabbro.Platform.Benchmarks.Runners;

/// <summary>
/// A tree of 100,000 files in 1,000 directories, in the cache: TreeWalker, ParallelTreeWalk, Directory.EnumerateFileSystemEntries, and a C
/// loop over opendir and readdir that joins paths as ours does on request. All count the entries and the lengths of their names.
/// </summary>
internal static unsafe class WalkRunner
{
    internal const int Entries = 100_000 + 1000 + 10;

    internal const string Source = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <string.h>
        #include <fcntl.h>
        #include <unistd.h>
        static long walk(int fd, long* names) {
            DIR* directory = fdopendir(fd);
            struct dirent* entry;
            long count = 0;
            while ((entry = readdir(directory))) {
                if (entry->d_name[0] == '.' && (!entry->d_name[1] || (entry->d_name[1] == '.' && !entry->d_name[2])))
                    continue;
                count++;
                *names += strlen(entry->d_name);
                if (entry->d_type == DT_DIR)
                    count += walk(openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), names);
            }
            closedir(directory);
            return count;
        }
        long walk_tree(const char* path) {
            long names = 0;
            return walk(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), &names);
        }
        """;

    internal static void Run()
    {
        string root = CreateTree();
        const long expected = Entries;
        byte[] path = [.. System.Text.Encoding.UTF8.GetBytes(root), 0];
        using CompiledPeer peer = new(Source);
        delegate* unmanaged<byte*, long> walk = (delegate* unmanaged<byte*, long>)peer["walk_tree"];
        using DirectoryHandle handle = DirectoryHandle.Open(root);
        Interleaved.Run(
            "walk of 100,000 files", "entry", 11,
            ("C readdir", () =>
            {
                fixed (byte* pointer = path)
                    return Check(walk(pointer), expected);
            }
        ),
            ("Gabbro TreeWalker", () =>
            {
                long count = 0, names = 0;
                using TreeWalker walker = new(handle);
                while (walker.MoveNext())
                {
                    count++;
                    names += walker.Current.Name.Length;
                }
                return Check(count, expected);
            }
        ),
            ("Gabbro TreeWalker, paths", () =>
            {
                long count = 0, names = 0;
                using TreeWalker walker = new(handle);
                while (walker.MoveNext())
                {
                    count++;
                    names += walker.Current.Path.Length;
                }
                return Check(count, expected);
            }
        ),
            ("Gabbro ParallelTreeWalk, 2 workers", () =>
            {
                Counter[] counters = new Counter[2];
                ParallelTreeWalk.Run(handle, counters);
                return Check(counters[0].Count + counters[1].Count, expected);
            }
        ),
            ("Directory.EnumerateFileSystemEntries", () =>
            {
                long count = 0, names = 0;
                foreach (string entry in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories))
                {
                    count++;
                    names += entry.Length;
                }
                return Check(count, expected);
            }
        ));
        Directory.Delete(root, recursive: true);
    }

    /// <summary>Makes the tree that is walked.</summary>
    internal static string CreateTree()
    {
        string root = Directory.CreateTempSubdirectory("gabbro-walk-").FullName;
        for (int i = 0; i < 1000; i++)
        {
            string directory = Path.Combine(root, $"directory{i / 100}", $"part{i % 100:D3}");
            Directory.CreateDirectory(directory);
            for (int j = 0; j < 100; j++)
                File.WriteAllBytes(Path.Combine(directory, $"file-number-{j:D4}.txt"), []);
        }
        return root;
    }

    internal struct Counter : ITreeVisitor
    {
        internal long Count;
        internal long Names;

        public void Visit(scoped in TreeEntry entry)
        {
            Count++;
            Names += entry.Name.Length;
        }
    }

    internal static long Check(long count, long expected) =>
        count == expected ? count : throw new InvalidOperationException($"{count} entries found.");
}
