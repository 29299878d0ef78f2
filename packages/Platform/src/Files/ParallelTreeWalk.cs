using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Gabbro.Platform.Files;

/// <summary>Walks a tree with several threads: a worker that finds others idle gives them half of the directories it has still to
/// enter, those nearest to the root.</summary>
/// <remarks>
/// Entries come in no order, each exactly once, with paths from the root as in <see cref="TreeWalker"/>. Nothing is
/// allocated for an entry, a few objects each time work is given away. Links are never followed.
/// </remarks>
public static class ParallelTreeWalk
{
    /// <summary>Walks the tree below a directory; returns when all of it was visited.</summary>
    /// <typeparam name="TVisitor">The visitors' type; as a struct its calls are inlined.</typeparam>
    /// <param name="root">The directory.</param>
    /// <param name="visitors">
    /// One visitor for each worker, at least one. The first works on the calling thread, the others on threads of their
    /// own; each is called by its worker only.
    /// </param>
    /// <param name="options">How to walk; neither following links nor staying on one file system can be shared.</param>
    /// <param name="cancellationToken">Ends the walk early.</param>
    /// <exception cref="ArgumentException">There is no visitor, or an option cannot be shared.</exception>
    /// <exception cref="OperationCanceledException">The walk was cancelled.</exception>
    /// <exception cref="PlatformException">The root cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The root is closed.</exception>
    public static void Run<TVisitor>(
        DirectoryHandle root, TVisitor[] visitors, TreeWalkOptions options = default,
        CancellationToken cancellationToken = default)
        where TVisitor : ITreeVisitor
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(visitors);
        if (visitors.Length == 0)
            throw new ArgumentException("There must be a visitor.", nameof(visitors));
        if (options.FollowLinks || options.SameFileSystem)
            throw new ArgumentException("These options need a single walker.", nameof(options));
        cancellationToken.ThrowIfCancellationRequested();
        using Walk<TVisitor> walk = new(visitors, options, cancellationToken);
        walk.Run(root);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private readonly record struct Part(DirectoryHandle Directory, byte[] Path, int Depth, byte[]? Names);

    private sealed class Walk<TVisitor>(TVisitor[] visitors, TreeWalkOptions options, CancellationToken cancellation)
        : IDisposable
        where TVisitor : ITreeVisitor
    {
        private readonly ConcurrentStack<Part> _parts = new();

        // One permit for each part pushed, and at the end one for each worker.
        private readonly SemaphoreSlim _available = new(0);
        private int _unfinished;
        private int _idle;
        private ExceptionDispatchInfo? _failure;

        public void Dispose() => _available.Dispose();

        internal void Run(DirectoryHandle root)
        {
            _unfinished = 1;
            Thread[] threads = new Thread[visitors.Length - 1];
            for (int i = 0; i < threads.Length; i++)
            {
                int worker = i + 1;
                threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = "tree walk" };
                threads[i].Start();
            }
            Visit(new Part(root, [], 0, null), ref visitors[0]);
            Finish();
            Work(0);
            foreach (Thread thread in threads)
                thread.Join();
            _failure?.Throw();
        }

        private void Work(int worker)
        {
            while (true)
            {
                Interlocked.Increment(ref _idle);
                _available.Wait();
                Interlocked.Decrement(ref _idle);
                if (!_parts.TryPop(out Part part))
                    return;
                using (part.Directory)
                    Visit(part, ref visitors[worker]);
                Finish();
            }
        }

        /// <summary>The last part to end lets every worker find the stack empty and leave.</summary>
        private void Finish()
        {
            if (Interlocked.Decrement(ref _unfinished) == 0)
                _available.Release(visitors.Length);
        }

        private void Visit(in Part part, ref TVisitor visitor)
        {
            if (Volatile.Read(ref _failure) is not null || cancellation.IsCancellationRequested)
                return;
            try
            {
                using TreeWalker walker = part.Names is { } names
                    ? new TreeWalker(part.Directory, options, part.Path, part.Depth, names)
                    : new TreeWalker(part.Directory, options);
                while (walker.MoveNext())
                {
                    TreeEntry entry = walker.Current;
                    visitor.Visit(in entry);
                    if (Volatile.Read(ref _idle) > _available.CurrentCount)
                        GiveAway(walker);
                    if (entry.Type == FileType.Directory && (Volatile.Read(ref _failure) is not null || cancellation.IsCancellationRequested))
                        return;
                }
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
        }

        private void GiveAway(TreeWalker walker)
        {
            if (!walker.TrySplit(out DirectoryHandle? directory, out byte[] path, out int depth, out byte[] names))
                return;
            Interlocked.Increment(ref _unfinished);
            _parts.Push(new Part(directory, path, depth, names));
            _available.Release();
        }
    }
}
