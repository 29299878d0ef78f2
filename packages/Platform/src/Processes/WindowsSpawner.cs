using System.Collections;
using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Windows;
using static Gabbro.Platform.Native.Windows.ProcessThreadsApi;

namespace Gabbro.Platform.Processes;

/// <summary>Starting a process on Windows: CreateProcessW with a list of the handles to inherit, suspended until it is in its job.</summary>
internal static unsafe class WindowsSpawner
{
    /// <summary>Inheritable duplicates exist only inside this lock: another spawn of this package lists its own handles, and one by
    /// other means has the shortest time to catch them.</summary>
    private static readonly Lock Spawning = new();

    internal static SpawnFailure TryStart(SpawnOptions options, out ChildProcess? child)
    {
        child = null;
        if (Unsupported(options) is { } step) return new SpawnFailure(step, NativeError.Of(ErrorKind.NotSupported), "Windows");
        NativeError error = Search(options, out string? program);
        if (error.IsError) return new SpawnFailure(SpawnStep.Search, error, options.FileName);
        string line = WindowsCommandLine.Build(program!, options.Arguments);
        using WindowsSpawnStreams streams = new();
        error = streams.Open(options);
        if (error.IsError) return new SpawnFailure(SpawnStep.Prepare, error, null);
        nint job = 0;
        if (options.ContainTree)
        {
            error = CreateJob(out job);
            if (error.IsError) return new SpawnFailure(SpawnStep.Prepare, error, "job");
        }

        SpawnFailure failure = Create(options, program!, line, streams, job, out ProcessInformation information);
        if (failure.IsError)
        {
            if (job != 0) Kernel32.CloseHandle(job);
            return failure;
        }

        child = new ChildProcess(
            new WindowsProcess((int)information.dwProcessId, information.hProcess, job),
            streams.Take(0), streams.Take(1), streams.Take(2), null);
        return default;
    }

    private static SpawnFailure Create(
        SpawnOptions options, string program, string line, WindowsSpawnStreams streams, nint job, out ProcessInformation information)
    {
        ProcessInformation created = default;
        nuint size = 0;
        InitializeProcThreadAttributeList(null, 1, 0, &size);
        byte[] list = new byte[(int)size];
        char[] commandLine = [.. line, '\0'];
        char[]? environment = Environment(options);
        StartupInfo startup = new() { cb = (uint)sizeof(StartupInfo), dwFlags = STARTF_USESTDHANDLES };
        uint flags = CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_SUSPENDED | Priority(options.Nice);
        if (options.NewSession) flags |= DETACHED_PROCESS;
        if (options.ProcessGroup == 0) flags |= CREATE_NEW_PROCESS_GROUP;
        NativeError error = default;
        information = default;
        fixed (byte* attributes = list)
        fixed (char* text = commandLine, application = program, directory = options.WorkingDirectory, block = environment)
        {
            if (InitializeProcThreadAttributeList(attributes, 1, 0, &size) == 0) return new SpawnFailure(SpawnStep.Prepare, NativeError.Last(), null);
            lock (Spawning)
            {
                error = streams.MakeInheritable(options, out nint[] handles);
                if (!error.IsError)
                {
                    startup.hStdInput = handles[0];
                    startup.hStdOutput = handles[1];
                    startup.hStdError = handles[2];
                    startup.lpAttributeList = attributes;
                    nint[] distinct = [.. handles.Where(h => h is not 0 and not -1).Distinct()];
                    fixed (nint* inherited = distinct)
                    {
                        if (distinct.Length > 0 && UpdateProcThreadAttribute(
                            attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited, (nuint)(distinct.Length * sizeof(nint)), null, null) == 0)
                        {
                            error = NativeError.Last();
                        }

                        // A batch file is a command line of cmd.exe, which the system finds by itself.
                        else if (CreateProcessW(WindowsCommandLine.IsBatch(program) ? null : application, text, null, null,
                            distinct.Length > 0 ? 1 : 0, flags, block, directory, &startup, &created) == 0)
                        {
                            error = NativeError.Last();
                        }
                    }
                }

                streams.CloseInheritable();
            }

            DeleteProcThreadAttributeList(attributes);
        }

        if (error.IsError)
        {
            // The directory and the program fail with the same codes; a directory that is none tells them apart.
            SpawnStep step = options.WorkingDirectory is { } folder && !Directory(folder) ? SpawnStep.WorkingDirectory : SpawnStep.Execute;
            return new SpawnFailure(step, error, step == SpawnStep.Execute ? program : options.WorkingDirectory);
        }

        if (job != 0 && AssignProcessToJobObject(job, created.hProcess) == 0)
        {
            error = NativeError.Last();
            TerminateProcess(created.hProcess, 1);
            Kernel32.CloseHandle(created.hThread);
            Kernel32.CloseHandle(created.hProcess);
            return new SpawnFailure(SpawnStep.CreateProcess, error, "job");
        }

        ResumeThread(created.hThread);
        Kernel32.CloseHandle(created.hThread);
        information = created;
        return default;
    }

    private static NativeError CreateJob(out nint job)
    {
        job = CreateJobObjectW(null, null);
        if (job == 0) return NativeError.Last();
        JobExtendedLimits limits = new() { LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE };
        if (SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, (uint)sizeof(JobExtendedLimits)) != 0) return default;
        NativeError error = NativeError.Last();
        Kernel32.CloseHandle(job);
        job = 0;
        return error;
    }

    private static bool Directory(string path)
    {
        if (!DirectoryHandle.TryOpen(Encoding.UTF8.GetBytes(path), out DirectoryHandle? directory, out _)) return false;
        directory.Dispose();
        return true;
    }

    /// <summary>The first option that Windows has nothing for.</summary>
    private static SpawnStep? Unsupported(SpawnOptions options)
    {
        if (options.UseTerminal) return SpawnStep.ControllingTerminal;
        if (options.ProcessGroup > 0) return SpawnStep.ProcessGroup;
        if (options.ResourceLimits.Count > 0) return SpawnStep.ResourceLimit;
        if (options.Umask is not null) return SpawnStep.Umask;
        if (options.UserId is not null) return SpawnStep.UserId;
        if (options.GroupId is not null) return SpawnStep.GroupId;
        if (options.Groups is not null) return SpawnStep.Groups;
        if (options.RootDirectory is not null) return SpawnStep.RootDirectory;
        if (options.NoNewPrivileges) return SpawnStep.NoNewPrivileges;
        if (options.ParentDeathSignal != Ipc.Signal.None) return SpawnStep.ParentDeathSignal;
        if (options.ArgumentZero is not null) return SpawnStep.Execute;
        if (options.Cgroup is not null) return SpawnStep.Cgroup;
        return options.Container is not null ? SpawnStep.CreateProcess : null;
    }

    /// <summary>Looks in the search path alone: the directories of the caller and of this program, which CreateProcess would try
    /// first, are where planted programs lie.</summary>
    private static NativeError Search(SpawnOptions options, out string? program)
    {
        program = options.FileName;
        if (program.AsSpan().ContainsAny('\\', '/', ':')) return default;
        string? path = null;
        if (options.Environment is { } environment)
        {
            foreach ((string name, string value) in environment)
                if (name.Equals("PATH", StringComparison.OrdinalIgnoreCase)) path = value;
        }
        else
        {
            path = System.Environment.GetEnvironmentVariable("PATH");
        }

        foreach (string entry in (path ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string folder = entry.Trim('"').TrimEnd('\\');
            if (folder.Length < 2 || (folder[1] != ':' && !folder.StartsWith(@"\\", StringComparison.Ordinal))) continue;
            foreach (string extension in (ReadOnlySpan<string>)(program.Contains('.') ? ["", ".exe"] : [".exe"]))
            {
                string candidate = $@"{folder}\{options.FileName}{extension}";
                if (!FileHandle.TryOpen(candidate, FileOpenOptions.Read, out FileHandle? file, out _)) continue;
                file.Dispose();
                program = candidate;
                return default;
            }
        }

        program = null;
        return NativeError.Of(ErrorKind.NotFound);
    }

    private static char[]? Environment(SpawnOptions options)
    {
        SortedDictionary<string, string> sorted = new(StringComparer.OrdinalIgnoreCase);
        if (options.Environment is { } given)
        {
            foreach ((string name, string value) in given) sorted[name] = value;
        }
        else
        {
            foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables()) sorted[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        StringBuilder block = new();
        foreach ((string name, string value) in sorted) block.Append(name).Append('=').Append(value).Append('\0');
        // An empty block still ends with two zeros.
        if (sorted.Count == 0) block.Append('\0');
        return [.. block.Append('\0').ToString()];
    }

    private static uint Priority(int? nice) => nice switch
    {
        null => 0,
        < -10 => HIGH_PRIORITY_CLASS,
        < 0 => ABOVE_NORMAL_PRIORITY_CLASS,
        0 => NORMAL_PRIORITY_CLASS,
        <= 10 => BELOW_NORMAL_PRIORITY_CLASS,
        _ => IDLE_PRIORITY_CLASS,
    };
}
