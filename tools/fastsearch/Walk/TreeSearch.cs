using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Scheduler;
using Gabbro.Tools.FastSearch.Ignore;
using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Walk;

/// <summary>
/// Walks directories on a work-stealing pool: each directory is a job that reads its entries, asks the filters, spawns a
/// job for each subdirectory and hands files on in batches, which are jobs as well.
/// </summary>
internal sealed class TreeSearch(SearchOptions options, FileFilter filter, Action<FoundFile> visit, Action<string, NativeError> report)
{
    // Enough files a job to drown its cost, few enough to share one big directory among all workers.
    private const int Batch = 16;

    internal void Run(WorkScope scope, string root, int index, bool stripRoot)
    {
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(root), out DirectoryHandle? directory, out NativeError error))
        {
            report(root, error);
            return;
        }
        byte[] prefix = stripRoot ? [] : Encoding.UTF8.GetBytes(root.EndsWith('/') ? root : root + "/");
        IgnoreLevel? level = options.NoIgnore ? null : IgnoreLevel.Above(root);
        HashSet<(ulong, UInt128)>? visited = options.Follow ? [] : null;
        Directory(scope, directory, index, prefix, [], 1, level, visited);
    }

    /// <param name="scope">Where jobs go.</param>
    /// <param name="directory">The directory; closed at the end.</param>
    /// <param name="root">Which root it lies under.</param>
    /// <param name="prefix">What goes before paths when they are printed.</param>
    /// <param name="path">The path of the directory from the search root, without a slash at the end.</param>
    /// <param name="depth">The depth of its entries.</param>
    /// <param name="level">The ignore rules above it.</param>
    /// <param name="visited">With links followed: the directories above, by device and number.</param>
    private void Directory(WorkScope scope, DirectoryHandle directory, int root, byte[] prefix, byte[] path, int depth, IgnoreLevel? level, HashSet<(ulong, UInt128)>? visited)
    {
        if (options.MaxDepth < depth)
        {
            directory.Dispose();
            return;
        }
        List<(byte[] Name, FileType Type)> entries = [];
        bool hasGit = false, hasIgnore = false, isRepository = false;
        using (DirectoryReader reader = new())
        {
            try
            {
                reader.Start(directory);
                while (reader.Read(out DirectoryEntry entry))
                {
                    ReadOnlySpan<byte> name = entry.Name;
                    if (name[0] == '.')
                    {
                        hasGit |= name.SequenceEqual(".gitignore"u8);
                        hasIgnore |= name.SequenceEqual(".ignore"u8);
                        isRepository |= name.SequenceEqual(".git"u8);
                    }
                    entries.Add((name.ToArray(), entry.Type));
                }
            }
            catch (PlatformException exception)
            {
                report(Encoding.UTF8.GetString([.. prefix, .. path]), exception.Error);
            }
        }
        if (!options.NoIgnore) level = IgnoreLevel.For(level, directory, path.Length, hasGit, hasIgnore, isRepository);
        List<FoundFile> batch = [];
        foreach ((byte[] name, FileType listed) in entries)
        {
            byte[] below = path.Length == 0 ? name : [.. path, (byte)'/', .. name];
            FileType type = listed;
            if (type == FileType.Unknown && !directory.TryGetStatus(name, followLink: false, out FileStatus status).IsError) type = status.Type;
            bool isLink = type == FileType.SymbolicLink;
            if (isLink)
            {
                if (!options.Follow) continue;
                NativeError broken = directory.TryGetStatus(name, followLink: true, out status);
                if (broken.IsError)
                {
                    report(Encoding.UTF8.GetString([.. prefix, .. below]), broken);
                    continue;
                }
                type = status.Type;
            }
            if (type is not (FileType.Regular or FileType.Directory)) continue;
            bool isDirectory = type == FileType.Directory;
            bool? wanted = filter.Decide(below, name, isDirectory);
            if (wanted == false) continue;
            if (wanted is null)
            {
                if (!options.NoIgnore && IgnoreLevel.IsIgnored(level, below, name, isDirectory)) continue;
                if (name[0] == '.' && !options.Hidden) continue;
            }
            if (!isDirectory)
            {
                batch.Add(new FoundFile([.. prefix, .. below], root, IsExplicit: false));
                if (batch.Count == Batch) Spawn(scope, ref batch);
                continue;
            }
            if (!directory.TryOpenDirectory(name, isLink, out DirectoryHandle? child, out NativeError error))
            {
                report(Encoding.UTF8.GetString([.. prefix, .. below]), error);
                continue;
            }
            HashSet<(ulong, UInt128)>? above = visited;
            if (visited is not null)
            {
                directory.TryGetStatus(name, followLink: true, out status);
                if (visited.Contains((status.Device, status.FileId)))
                {
                    child.Dispose();
                    continue;
                }
                above = [.. visited, (status.Device, status.FileId)];
            }
            IgnoreLevel? rules = level;
            scope.Spawn(() => Directory(scope, child, root, prefix, below, depth + 1, rules, above));
        }
        directory.Dispose();
        foreach (FoundFile file in batch) visit(file);
    }

    private void Spawn(WorkScope scope, ref List<FoundFile> batch)
    {
        List<FoundFile> files = batch;
        batch = [];
        scope.Spawn(() =>
        {
            foreach (FoundFile file in files) visit(file);
        });
    }
}
