using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Containers;

/// <summary>
/// Writes the maps of a child's new user namespace. The thread that spawns is suspended until the child runs its program, and
/// the child cannot write any but the simplest map itself; so another thread writes while the child waits on a futex in
/// the memory both share.
/// </summary>
internal sealed unsafe class IdMapWriter : IDisposable
{
    private const int FutexCall = 202;
    private const int FutexWait = 0;
    private const int FutexWake = 1;

    private readonly ContainerOptions _container;
    private readonly int* _childId;
    private readonly int* _gate;
    private SpawnInstruction* _afterGate;
    private Thread? _thread;
    private volatile bool _cancelled;
    private NativeError _error;

    private IdMapWriter(ContainerOptions container, SpawnProgram program)
    {
        _container = container;
        _childId = (int*)program.Allocate(8);
        _gate = (int*)program.Allocate(8);
    }

    /// <summary>Where clone3 stores the number of the child before the child runs.</summary>
    internal int* ChildId => _childId;

    /// <summary>A writer when there is a user namespace with maps, otherwise null.</summary>
    internal static IdMapWriter? Create(ContainerOptions? container, SpawnProgram program) =>
        container is not null && (container.UserMap.Count > 0 || container.GroupMap.Count > 0)
            ? new IdMapWriter(container, program)
            : null;

    internal void Compile(SpawnProgram program)
    {
        // Twice, for a wait may end without a wake; both return at once when the gate is open already (EAGAIN, tolerated).
        program.Add(SpawnStep.UserMap, null, FutexCall, (long)_gate, FutexWait, 0, 0, tolerant: true);
        program.Add(SpawnStep.UserMap, null, FutexCall, (long)_gate, FutexWait, 0, 0, tolerant: true);
        // A call without effect (umask reads and is set again later if asked for) whose number the writer turns into "end" when
        // the maps could not be written: getppid.
        _afterGate = program.Add(SpawnStep.UserMap, null, 110);
        // In the new namespace the child is nobody until it takes a mapped identity.
        program.Add(SpawnStep.UserMap, null, Native.Linux.ProcessSyscalls.X64.setresgid, First(_container.GroupMap), First(_container.GroupMap), First(_container.GroupMap), tolerant: true);
        program.Add(SpawnStep.UserMap, null, Native.Linux.ProcessSyscalls.X64.setresuid, First(_container.UserMap), First(_container.UserMap), First(_container.UserMap), tolerant: true);
    }

    internal void Start()
    {
        _thread = new Thread(Write) { IsBackground = true, Name = "gabbro id map" };
        _thread.Start();
    }

    /// <summary>Joins the writer, after the child has run or there is none.</summary>
    internal NativeError Finish()
    {
        _cancelled = true;
        _thread!.Join();
        return _error;
    }

    public void Dispose()
    {
        _cancelled = true;
        _thread?.Join();
    }

    private static long First(IList<IdMapping> map) => map.Count > 0 ? map[0].Inside : -1;

    private void Write()
    {
        int child;
        while ((child = Volatile.Read(ref *_childId)) == 0)
        {
            if (_cancelled) return;
            Thread.Sleep(0);
        }

        _error = WriteMaps(child);
        if (_error.IsError) Volatile.Write(ref _afterGate->Number, -1);
        Volatile.Write(ref *_gate, 1);
        Native.Linux.Syscall.Invoke("futex", FutexCall, (nint)_gate, FutexWake, int.MaxValue);
    }

    private NativeError WriteMaps(int child)
    {
        NativeError error = default;
        if (_container.GroupMap.Count > 0)
        {
            error = WriteFile(child, "gid_map", Text(_container.GroupMap));
            if (error.Kind == ErrorKind.NotPermitted)
            {
                // Without privileges the kernel wants setgroups given up first (CVE-2014-8989).
                error = WriteFile(child, "setgroups", "deny");
                if (!error.IsError) error = WriteFile(child, "gid_map", Text(_container.GroupMap));
            }
        }

        if (!error.IsError && _container.UserMap.Count > 0) error = WriteFile(child, "uid_map", Text(_container.UserMap));
        return error;
    }

    private static string Text(IList<IdMapping> map)
    {
        StringBuilder text = new();
        foreach (IdMapping range in map) text.Append($"{range.Inside} {range.Outside} {range.Count}\n");
        return text.ToString();
    }

    private static NativeError WriteFile(int child, string name, string text) => SmallFile.TryWrite($"/proc/{child}/{name}", text);
}
