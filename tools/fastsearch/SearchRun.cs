using System.Diagnostics;
using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Scheduler;
using Gabbro.Tools.FastSearch.Matching;
using Gabbro.Tools.FastSearch.Options;
using Gabbro.Tools.FastSearch.Output;
using Gabbro.Tools.FastSearch.Walk;

namespace Gabbro.Tools.FastSearch;

/// <summary>One run of the program: which files, searched how, printed in which order.</summary>
internal sealed class SearchRun : IDisposable
{
    private readonly SearchOptions _options;
    private readonly LineMatcher _matcher;
    private readonly StandardOutput _output = new();
    private readonly Totals _totals = new();
    private readonly ThreadLocal<Desk> _desks;
    private readonly PrintStyle _style;
    private readonly List<FoundFile>? _found;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string? _implicitRoot;
    private long _searching;
    private volatile bool _anyMatch;

    internal SearchRun(SearchOptions options)
    {
        _options = options;
        _matcher = new LineMatcher(options);
        if (options.Paths.Count == 0 && (!InputIsText() || options.Mode == OutputMode.ListFiles)) options.Paths.Add(_implicitRoot = "./");
        bool several = options.Paths.Count > 1 || options.Paths.Any(Directory.Exists);
        _style = PrintStyle.Choose(options, several, !Console.IsOutputRedirected);
        if (options.SortPath) _found = [];
        _desks = new ThreadLocal<Desk>(() => new Desk(this));
    }

    /// <summary>Searches everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        FileFilter filter = new(_options);
        TreeSearch tree = new(_options, filter, Visit, Report);
        List<(string Path, int Root)> directories = [];
        if (_options.Paths.Count == 0) SearchStandardInput();
        List<FoundFile> files = [];
        for (int root = 0; root < _options.Paths.Count; root++)
        {
            string path = _options.Paths[root];
            if (path == "-") SearchStandardInput();
            else if (Directory.Exists(path)) directories.Add((path, root));
            else if (_options.Mode == OutputMode.ListFiles && !File.Exists(path)) Report(path, NativeError.FromErrno(2));
            else files.Add(new FoundFile(Encoding.UTF8.GetBytes(path), root, IsExplicit: true));
        }
        if (directories.Count == 0 && files.Count == 1) VisitAlone(files[0]);
        else if (directories.Count + files.Count > 0)
        {
            int threads = _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;
            using WorkPool pool = new(threads);
            pool.Scope(scope =>
            {
                foreach (FoundFile file in files) scope.Spawn(() => Visit(file));
                foreach ((string directory, int root) in directories) scope.Spawn(() => tree.Run(scope, directory, root, stripRoot: _implicitRoot is not null));
            });
            if (_found is not null) SearchSorted(pool);
        }
        if (_options.Mode == OutputMode.Json)
        {
            Desk desk = _desks.Value!;
            desk.Buffer.Clear();
            new JsonPrinter(_matcher, desk.Buffer, _options.Invert).Summary(_totals, TimeSpan.FromTicks(_searching), Stopwatch.GetElapsedTime(_started));
            _output.Write(desk.Buffer.Written, []);
        }
        else if (_options.Stats && _options.Mode != OutputMode.ListFiles) WriteStatistics();
        if (_totals.HadErrors && !(_options.Mode == OutputMode.Quiet && _anyMatch)) return 2;
        return _anyMatch ? 0 : 1;
    }

    public void Dispose()
    {
        _desks.Dispose();
        _output.Dispose();
    }

    // A pipe or a file was given on purpose; a terminal or /dev/null was not.
    private static bool InputIsText()
    {
        if (OperatingSystem.IsWindows()) return Console.IsInputRedirected;
        using FileHandle input = FileHandle.FromDescriptor(0, ownsHandle: false);
        try
        {
            return input.GetStatus().Type is FileType.Regular or FileType.Fifo or FileType.Socket;
        }
        catch (PlatformException)
        {
            return false; // Standard input is closed.
        }
    }

    private bool Finished => _output.IsClosed || (_options.Mode == OutputMode.Quiet && _anyMatch);

    // With an order asked for, the walk only collects; searching then goes on in parallel, and a window of finished
    // files is printed as soon as its first is done.
    private void SearchSorted(WorkPool pool)
    {
        FoundFile[] files = [.. _found!];
        Array.Sort(files, PathOrder.Instance);
        byte[]?[] outputs = new byte[]?[files.Length];
        int next = 0, printed = 0;
        Lock printing = new();
        pool.Scope(scope =>
        {
            for (int worker = 0; worker < pool.ThreadCount; worker++)
            {
                scope.Spawn(() =>
                {
                    int index;
                    while (!Finished && (index = Interlocked.Increment(ref next) - 1) < files.Length)
                    {
                        Desk desk = _desks.Value!;
                        desk.Buffer.Clear();
                        Search(files[index], desk);
                        byte[] written = desk.Buffer.Length == 0 ? [] : desk.Buffer.Written.ToArray();
                        lock (printing)
                        {
                            outputs[index] = written;
                            for (; printed < files.Length && outputs[printed] is { } ready; printed++)
                            {
                                _output.Write(ready, Separator);
                                outputs[printed] = [];
                            }
                        }
                    }
                });
            }
        });
    }

    private ReadOnlySpan<byte> Separator =>
        _options.Mode != OutputMode.Lines ? default
        : _style.Heading && _style.WithFileName ? "\n"u8
        : _options.HasContext ? "--\n"u8 : default;

    private void Visit(FoundFile file)
    {
        if (_found is not null && (!file.IsExplicit || _options.Paths.Count > 1))
        {
            lock (_found) _found.Add(file);
            return;
        }
        if (Finished) return;
        Desk desk = _desks.Value!;
        desk.Buffer.Clear();
        Search(file, desk);
        _output.Write(desk.Buffer.Written, Separator);
    }

    // One file has all threads to itself, if it is large enough to share.
    private void VisitAlone(FoundFile file)
    {
        int threads = _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;
        bool splits = _options.MayMap && !_options.HasContext && _options.MaxCount is null && !(_style.Heading && _style.WithFileName)
            && _options.Mode is OutputMode.Lines or OutputMode.Count or OutputMode.CountMatches;
        if (!splits || !FileHandle.TryOpen(file.Path, FileOpenOptions.Read, out FileHandle? handle, out NativeError _))
        {
            Visit(file);
            return;
        }
        using (handle)
        {
            byte[] head = new byte[3];
            if (handle.GetStatus().Type == FileType.Regular && handle.Length >= MappedSearch.MinLength
                && handle.TryReadAt(head, 0, out int filled, out _) && !DecodedSource.Decodes(head.AsSpan(0, filled), _options.Encoding))
            {
                using WorkPool pool = new(threads);
                Desk desk = _desks.Value!;
                MappedSearch search = new(_style.LineNumbers, _options.Text);
                if (search.TrySearch(handle, pool, () => PieceDesk(file.Path), desk.Buffer, out FileResult result))
                {
                    Conclude(result, file.Path, desk);
                    _output.Write(desk.Buffer.Written, Separator);
                    return;
                }
            }
        }
        Visit(file);
    }

    private (FileSearcher, OutputBuffer, IPrinter?) PieceDesk(byte[] path)
    {
        Desk desk = new(this);
        desk.Printer.Begin(path);
        return (desk.Searcher, desk.Buffer, _options.Mode == OutputMode.Lines ? desk.Printer : null);
    }

    private void SearchStandardInput()
    {
        Desk desk = _desks.Value!;
        desk.Buffer.Clear();
        using FileHandle input = FileHandle.FromDescriptor(0, ownsHandle: false);
        Search(new FileSource(input, desk.First), "<stdin>"u8, isExplicit: true, desk);
        _output.Write(desk.Buffer.Written, Separator);
    }

    private void Search(FoundFile found, Desk desk)
    {
        if (_options.Mode == OutputMode.ListFiles)
        {
            if (_options.MaxFileSize is null || TooLarge(found) == false)
            {
                _anyMatch = true;
                AddPath(found.Path, desk);
            }
            return;
        }
        if (!FileHandle.TryOpen(found.Path, FileOpenOptions.Read, out FileHandle? file, out NativeError error))
        {
            Report(Encoding.UTF8.GetString(found.Path), error);
            return;
        }
        using (file)
        {
            if (!found.IsExplicit && _options.MaxFileSize is { } most && file.Length > most) return;
            Search(new FileSource(file, desk.First), found.Path, found.IsExplicit, desk);
        }
    }

    private bool TooLarge(FoundFile found) => new FileInfo(Encoding.UTF8.GetString(found.Path)).Length > _options.MaxFileSize;

    private void Search(FileSource raw, ReadOnlySpan<byte> path, bool isExplicit, Desk desk)
    {
        ITextSource source = DecodedSource.Open(raw, _options.Encoding, desk.Head, out NativeError error);
        FileResult result = default;
        IPrinter? printer = _options.Mode is OutputMode.Lines or OutputMode.Json ? desk.Printer : null;
        printer?.Begin(path);
        if (error.IsError || !desk.Searcher.Search(source, printer, isExplicit || _options.Binary, out result, out error))
        {
            Report(Encoding.UTF8.GetString(path), error);
            return;
        }
        Conclude(result, path, desk);
    }

    // Prints what stands at the end of a file, and adds it up.
    private void Conclude(FileResult result, ReadOnlySpan<byte> path, Desk desk)
    {
        // Counts of a file that was left half-way would mislead.
        bool counting = _options.Mode is OutputMode.Count or OutputMode.CountMatches;
        bool matched = result.MatchedLines > 0 && !(counting && result.BinaryStopped);
        switch (_options.Mode)
        {
            case OutputMode.Lines:
                if (_options.MaxCount != 0) desk.Printer.End(result);
                break;
            case OutputMode.Json:
                desk.Printer.End(result);
                break;
            case OutputMode.Count or OutputMode.CountMatches when matched:
                if (_style.WithFileName)
                {
                    _style.Path(desk.Buffer, path);
                    desk.Buffer.Add(_options.NullAfterPath ? (byte)0 : (byte)':');
                }
                desk.Buffer.Add(_options.Mode == OutputMode.CountMatches && !_options.Invert ? result.Matches : result.MatchedLines);
                desk.Buffer.Add((byte)'\n');
                break;
            case OutputMode.FilesWithMatches when matched:
            case OutputMode.FilesWithoutMatch when !matched && !result.BinaryStopped:
                AddPath(path, desk);
                break;
            default:
                break;
        }
        if (_options.Mode == OutputMode.FilesWithoutMatch ? !matched : matched) _anyMatch = true;
        // ripgrep's JSON totals are those of the files it reports.
        if (matched || _options.Mode != OutputMode.Json) _totals.Add(matched, result.BytesSearched, desk.Buffer.Length, result.MatchedLines, result.Matches);
        Interlocked.Add(ref _searching, result.Elapsed.Ticks);
    }

    private void AddPath(ReadOnlySpan<byte> path, Desk desk)
    {
        _style.Path(desk.Buffer, path);
        desk.Buffer.Add(_options.NullAfterPath ? (byte)0 : (byte)'\n');
    }

    private void Report(string path, NativeError error)
    {
        _totals.AddError();
        if (_options.NoMessages) return;
        // Complaints may come from any thread; Console.Error takes its own lock.
        Console.Error.WriteLine($"fastsearch: {path}: {error}");
    }

    private void WriteStatistics()
    {
        OutputBuffer buffer = new();
        buffer.Add($"\n{_totals.Matches} matches\n{_totals.MatchedLines} matched lines\n{_totals.SearchesWithMatch} files contained matches\n"
            + $"{_totals.Searches} files searched\n{_totals.BytesPrinted} bytes printed\n{_totals.BytesSearched} bytes searched\n"
            + FormattableString.Invariant($"{TimeSpan.FromTicks(_searching).TotalSeconds:0.000000} seconds spent searching\n")
            + FormattableString.Invariant($"{Stopwatch.GetElapsedTime(_started).TotalSeconds:0.000000} seconds\n"));
        _output.Write(buffer.Written, []);
    }

    /// <summary>What one thread works with.</summary>
    private sealed class Desk
    {
        internal Desk(SearchRun run)
        {
            bool numbers = run._style.LineNumbers || run._options.Mode == OutputMode.Json;
            Searcher = new FileSearcher(run._options, run._matcher, numbers);
            Printer = run._options.Mode == OutputMode.Json
                ? new JsonPrinter(run._matcher, Buffer, run._options.Invert) : new TextPrinter(run._options, run._matcher, Buffer, run._style);
        }

        internal OutputBuffer Buffer { get; } = new();

        internal byte[] Head { get; } = new byte[4];

        // As much as a searcher's first read, so that how far it reaches is the same.
        internal byte[] First { get; } = new byte[FileSearcher.InitialBuffer];

        internal FileSearcher Searcher { get; }

        internal IPrinter Printer { get; }
    }
}
