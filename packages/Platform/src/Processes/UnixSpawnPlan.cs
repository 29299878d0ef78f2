using System.Collections;
using System.Text;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>What every way of spawning on Unix needs first: the program found, the streams opened, the descriptors to place. Owns
/// what it opened until the child has it.</summary>
internal sealed unsafe class UnixSpawnPlan : IDisposable
{
    private const int X_OK = 1;
    private const int O_RDWR = 2;

    private readonly List<int> _childSide = [];
    private readonly List<SystemHandle> _held = [];

    private UnixSpawnPlan(SpawnOptions options) => Options = options;

    internal SpawnOptions Options { get; }

    /// <summary>The path to execute.</summary>
    internal string Program { get; private set; } = "";

    /// <summary>Source and target of every descriptor to place; a source equal to its target is only made inheritable.</summary>
    internal List<(int Source, int Target)> Map { get; } = [];

    internal int InputPipe { get; private set; } = -1;

    internal int OutputPipe { get; private set; } = -1;

    internal int ErrorPipe { get; private set; } = -1;

    internal int Terminal { get; private set; } = -1;

    internal static SpawnFailure TryCreate(SpawnOptions options, out UnixSpawnPlan plan)
    {
        plan = new UnixSpawnPlan(options);
        SpawnFailure failure = plan.Fill();
        if (failure.IsError) plan.Abandon();
        return failure;
    }

    /// <summary>Name=value for every variable the child gets.</summary>
    internal IReadOnlyCollection<string> EnvironmentTexts(string? extra)
    {
        List<string> texts = [];
        if (Options.Environment is { } given)
        {
            foreach ((string name, string value) in given) texts.Add($"{name}={value}");
        }
        else
        {
            foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables()) texts.Add($"{entry.Key}={entry.Value}");
        }

        if (extra is not null) texts.Add(extra);
        return texts;
    }

    internal List<string> ArgumentTexts() => [Options.ArgumentZero ?? Options.FileName, .. Options.Arguments];

    /// <summary>Closes the child's ends and lets go of the caller's handles: the child has its own now.</summary>
    public void Dispose()
    {
        foreach (int descriptor in _childSide) Unistd.close(descriptor);
        _childSide.Clear();
        foreach (SystemHandle handle in _held) handle.DangerousRelease();
        _held.Clear();
    }

    /// <summary>Closes the parent's ends too: there is no child.</summary>
    internal void Abandon()
    {
        Dispose();
        foreach (int descriptor in (ReadOnlySpan<int>)[InputPipe, OutputPipe, ErrorPipe, Terminal])
            if (descriptor >= 0) Unistd.close(descriptor);
        InputPipe = OutputPipe = ErrorPipe = Terminal = -1;
    }

    private SpawnFailure Fill()
    {
        NativeError error = Search(Options, out string? program);
        if (error.IsError) return new SpawnFailure(SpawnStep.Search, error, Options.FileName);
        Program = program!;
        error = Options.UseTerminal ? OpenTerminal() : OpenStreams();
        if (error.IsError) return new SpawnFailure(SpawnStep.Prepare, error, null);
        foreach ((int number, SystemHandle handle) in Options.Descriptors) Map.Add((Hold(handle), number));
        return default;
    }

    private NativeError OpenStreams()
    {
        NativeError error = OpenStream(Options.StandardInput, 0, out int ours);
        InputPipe = ours;
        if (error.IsError) return error;
        error = OpenStream(Options.StandardOutput, 1, out ours);
        OutputPipe = ours;
        if (error.IsError) return error;
        if (Options.StandardError.Kind == StandardStreamKind.StandardOutput)
        {
            int index = Map.FindIndex(entry => entry.Target == 1);
            Map.Add((index >= 0 ? Map[index].Source : 1, 2));
            return default;
        }

        error = OpenStream(Options.StandardError, 2, out ours);
        ErrorPipe = ours;
        return error;
    }

    private NativeError OpenStream(StandardStream stream, int target, out int ours)
    {
        ours = -1;
        switch (stream.Kind)
        {
            case StandardStreamKind.Null:
                fixed (byte* path = "/dev/null\0"u8)
                {
                    int descriptor = Fcntl.openat(-100, path, O_RDWR | CloseOnExec, 0);
                    if (descriptor < 0) return NativeError.Last();
                    _childSide.Add(descriptor);
                    Map.Add((descriptor, target));
                }

                return default;
            case StandardStreamKind.Pipe:
                NativeError error = UnixPipe.Create(nonBlocking: false, out int reader, out int writer);
                if (error.IsError) return error;
                int theirs = target == 0 ? reader : writer;
                ours = target == 0 ? writer : reader;
                _childSide.Add(theirs);
                Map.Add((theirs, target));
                return default;
            case StandardStreamKind.Handle:
                Map.Add((Hold(stream.Target!), target));
                return default;
            default:
                // Made inheritable explicitly: the parent's own stream may be close-on-exec.
                Map.Add((target, target));
                return default;
        }
    }

    private NativeError OpenTerminal()
    {
        NativeError error = Pseudoterminal.Open(out int controller, out int terminal);
        if (error.IsError) return error;
        Terminal = controller;
        _childSide.Add(terminal);
        for (int i = 0; i < 3; i++) Map.Add((terminal, i));
        return default;
    }

    private int Hold(SystemHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _held.Add(handle);
        return (int)handle.DangerousGetHandle();
    }

    private static int CloseOnExec => Host.IsDarwin ? 0x1000000 : 0x80000;

    /// <summary>Finds the program as execvp(3) would, in the search path of the child, but only absolute entries: a relative one
    /// would depend on whose working directory counts.</summary>
    internal static NativeError Search(SpawnOptions options, out string? program)
    {
        program = options.FileName;
        if (program.Contains('/')) return default;
        string? path = null;
        if (options.Environment is { } environment) environment.TryGetValue("PATH", out path);
        else path = System.Environment.GetEnvironmentVariable("PATH");
        path ??= "/usr/local/bin:/usr/bin:/bin";
        NativeError denied = NativeError.Of(ErrorKind.NotFound);
        foreach (string folder in path.Split(':'))
        {
            if (!folder.StartsWith('/')) continue;
            string candidate = $"{folder}/{options.FileName}";
            fixed (byte* text = Encoding.UTF8.GetBytes(candidate + '\0'))
            {
                if (Unistd.faccessat(-100, text, X_OK, 0) == 0 && IsFile(text))
                {
                    program = candidate;
                    return default;
                }

                NativeError error = NativeError.Last();
                if (error.Kind == ErrorKind.PermissionDenied) denied = error;
            }
        }

        program = null;
        return denied;
    }

    private static bool IsFile(byte* path)
    {
        // A directory may be executable too; opening it as one tells.
        int descriptor = Fcntl.openat(-100, path, CloseOnExec | (Host.IsDarwin ? 0x100000 : Host.IsArm64 ? 0x4000 : 0x10000), 0);
        if (descriptor < 0) return true;
        Unistd.close(descriptor);
        return false;
    }
}
