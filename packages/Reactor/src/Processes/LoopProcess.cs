using Gabbro.Platform.Files;
using Gabbro.Platform.Processes;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Processes;

/// <summary>
/// A child process whose piped streams belong to an event loop: its output is read, its input written and its end awaited
/// like any other I/O, so one thread can drive thousands.
/// </summary>
/// <remarks>
/// <para>A program that reads both output and errors reads them at the same time: a child that fills the pipe nobody reads
/// stops. <see cref="RunAsync"/> does it right.</para>
/// <para>All members belong to the loop's thread.</para>
/// </remarks>
public sealed class LoopProcess : IDisposable
{
    private LoopProcess(EventLoop loop, ChildProcess child)
    {
        Loop = loop;
        Child = child;
        try
        {
            StandardInput = Adopt(child.StandardInput, FileAccess.Write, PipeKind.Bytes);
            StandardOutput = Adopt(child.StandardOutput, FileAccess.Read, PipeKind.Bytes);
            StandardError = Adopt(child.StandardError, FileAccess.Read, PipeKind.Bytes);
            Terminal = Adopt(child.Terminal, FileAccess.ReadWrite, PipeKind.Terminal);
        }
        catch
        {
            // It has only just started: nobody knows of it yet.
            child.Kill();
            Dispose();
            throw;
        }
    }

    /// <summary>The loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>The process: its number, signals for it, its exit status. Its streams are used through this object.</summary>
    public ChildProcess Child { get; }

    /// <summary>What the child reads; null unless <see cref="SpawnOptions.StandardInput"/> asked for a pipe. Dispose it to end the child's input.</summary>
    public StreamSocket? StandardInput { get; }

    /// <summary>What the child writes; null unless <see cref="SpawnOptions.StandardOutput"/> asked for a pipe.</summary>
    public StreamSocket? StandardOutput { get; }

    /// <summary>What the child writes as errors; null unless <see cref="SpawnOptions.StandardError"/> asked for a pipe.</summary>
    public StreamSocket? StandardError { get; }

    /// <summary>The controlling side of the child's terminal; null unless <see cref="SpawnOptions.UseTerminal"/> asked for one. It ends when
    /// every process on the terminal has ended.</summary>
    public StreamSocket? Terminal { get; }

    /// <summary>Starts a process. The start itself runs on the loop's thread and takes the time of a spawn, some hundred microseconds.</summary>
    /// <param name="loop">The loop its streams will belong to.</param>
    /// <param name="options">What to start and how.</param>
    /// <returns>The process.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other, or hold a zero character.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated and a stream is piped; no process is left.</exception>
    /// <exception cref="Platform.PlatformException">The process could not be started; the operation names the step that failed.</exception>
    public static LoopProcess Start(EventLoop loop, SpawnOptions options)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        loop.VerifyAccess();
        return new LoopProcess(loop, ChildProcess.Start(options));
    }

    /// <summary>Runs a program to its end: gives it its input, takes its output and its errors, all at the same time.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="options">What to run; its three streams are replaced by pipes.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="maxOutput">Bytes of output, and as many of errors, that are kept; a program that writes more is killed.</param>
    /// <param name="cancellationToken">Kills the process, and its tree where contained.</param>
    /// <returns>How it ended and what it wrote.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other, or hold a zero character.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="Platform.PlatformException">The process could not be started.</exception>
    /// <exception cref="InvalidDataException">It wrote more than <paramref name="maxOutput"/>; it was killed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first; the process was killed.</exception>
    public static async ValueTask<ProcessOutput> RunAsync(
        EventLoop loop, SpawnOptions options, ReadOnlyMemory<byte> input = default, int maxOutput = int.MaxValue,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutput);
        cancellationToken.ThrowIfCancellationRequested();
        options.StandardInput = input.IsEmpty ? StandardStream.Null : StandardStream.Pipe;
        options.StandardOutput = StandardStream.Pipe;
        options.StandardError = StandardStream.Pipe;
        using LoopProcess process = Start(loop, options);
        using CancellationTokenRegistration kill = cancellationToken.UnsafeRegister(
            static child => ((ChildProcess)child!).KillTree(), process.Child);
        Task feeding = process.FeedAsync(input);
        Task<byte[]?> output = process.CollectAsync(process.StandardOutput!, maxOutput);
        Task<byte[]?> errors = process.CollectAsync(process.StandardError!, maxOutput);
        await Task.WhenAll(feeding, output, errors);
        ExitStatus status = await process.WaitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        byte[]? outputBytes = await output;
        byte[]? errorBytes = await errors;
        if (outputBytes is null || errorBytes is null)
            throw new InvalidDataException($"'{options.FileName}' wrote more than {maxOutput} bytes and was killed.");
        return new ProcessOutput(status, outputBytes, errorBytes);
    }

    /// <summary>Waits for the end of the process. Its streams may hold output that was not read yet.</summary>
    /// <param name="cancellationToken">Ends the wait, not the process.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The process object was disposed before the process ended.</exception>
    /// <exception cref="Platform.PlatformException">The system refused: somebody else took the status.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<ExitStatus> WaitAsync(CancellationToken cancellationToken = default)
    {
        Loop.VerifyAccess();
        return await Child.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Closes the streams; a child that still runs goes on, unless its tree is contained. Its remains are taken in any case.
    /// Disposing twice is fine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        // The streams first: a descriptor leaves the poller before it is closed.
        StandardInput?.Dispose();
        StandardOutput?.Dispose();
        StandardError?.Dispose();
        Terminal?.Dispose();
        Child.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => $"process {Child.Id}";

    private StreamSocket? Adopt(FileHandle? pipe, FileAccess access, PipeKind kind) =>
        pipe is null ? null : Loop.Adopt(pipe, access, kind);

    private async Task FeedAsync(ReadOnlyMemory<byte> input)
    {
        if (StandardInput is not { } stream)
            return;
        try
        {
            await stream.WriteAsync(input);
        }
        catch (Platform.PlatformException gone) when (gone.Kind == Platform.ErrorKind.BrokenPipe)
        {
            // A program may end, or close its input, without reading all of it.
        }
        finally
        {
            stream.Dispose();
        }
    }

    /// <summary>What a stream brings to its end; null when that is more than the limit, and the child is dead then.</summary>
    private async Task<byte[]?> CollectAsync(StreamSocket stream, int limit)
    {
        using MemoryStream collected = new();
        bool over = false;
        while (true)
        {
            ReadOnlyMemory<byte> piece = await stream.ReadBorrowedAsync();
            if (piece.IsEmpty)
                return over ? null : collected.ToArray();
            if (over)
                continue;
            if (collected.Length + piece.Length > limit)
            {
                over = true;
                Child.KillTree();
            }
            else
            {
                collected.Write(piece.Span);
            }
        }
    }
}
