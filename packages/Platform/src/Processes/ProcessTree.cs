using System.Collections.Concurrent;
using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>
/// Killing a tree of processes on Linux without a control group: members are stopped as they are found, until a look at all
/// processes finds no new one, and only then killed. A stopped process cannot fork, so the last look is complete; one that
/// was forking while it was stopped shows its child at the next look.
/// </summary>
internal static class ProcessTree
{
    private const int SIGKILL = 9;
    private const int SIGSTOP = 19;
    private const int MaxRounds = 1000;

    /// <summary>Children of this package that have not been waited for: their remains are their owners' to take.</summary>
    private static readonly ConcurrentDictionary<int, bool> Owned = new();

    /// <summary>Held shared while a process starts and is entered into <see cref="Owned"/>, exclusively while adopted remains are
    /// taken, which must not meet a child that is not entered yet.</summary>
    internal static readonly ReaderWriterLockSlim StartLock = new();

    internal static void Own(int process) => Owned[process] = true;

    internal static void Disown(int process) => Owned.TryRemove(process, out _);

    /// <summary>Kills a process, its descendants, and every process that carries the marker.</summary>
    /// <param name="root">The process the tree grows from; 0 when it has ended.</param>
    /// <param name="marker">The variable in the environment of the tree, or null.</param>
    internal static NativeError Kill(int root, string? marker)
    {
        byte[]? needle = marker is null ? null : Encoding.UTF8.GetBytes(marker);
        HashSet<int> killed = [];
        for (int round = 0; round < MaxRounds; round++)
        {
            List<int> members = Stop(root, needle, killed);
            if (members.Count == 0)
            {
                if (marker is not null) ReapAdopted();
                return default;
            }

            foreach (int member in members)
            {
                Send(member, SIGKILL);
                killed.Add(member);
            }

            if (round > 2) Thread.Sleep(1);
        }

        return NativeError.Of(ErrorKind.Busy);
    }

    private static List<int> Stop(int root, byte[]? needle, HashSet<int> killed)
    {
        HashSet<int> stopped = [];
        while (true)
        {
            List<int> found = Members(root, needle, killed);
            bool isNew = false;
            foreach (int process in found)
            {
                if (!stopped.Add(process)) continue;
                isNew = true;
                Send(process, SIGSTOP);
            }

            // Killed once but still dying processes are left to die; everything else found twice has stopped.
            if (!isNew) return [.. stopped];
        }
    }

    /// <summary>Every live process that descends from the root or carries the marker.</summary>
    private static List<int> Members(int root, byte[]? needle, HashSet<int> killed)
    {
        Dictionary<int, int> parents = [];
        List<int> marked = [];
        foreach (string name in SmallDirectory.Subdirectories("/proc"))
        {
            if (!int.TryParse(name, out int process) || process == Environment.ProcessId) continue;
            if (!TryLook(process, out char state, out int parent, out _)) continue;
            if (state is 'Z' or 'X') continue;
            parents[process] = parent;
            if (needle is not null && Carries(process, needle)) marked.Add(process);
        }

        HashSet<int> members = [.. marked];
        if (root != 0 && parents.ContainsKey(root)) members.Add(root);
        // A killed process may be dying still while its children have not been handed on.
        foreach (int process in killed) if (parents.ContainsKey(process)) members.Add(process);
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach ((int process, int parent) in parents)
                if (members.Contains(parent) && members.Add(process)) grown = true;
        }

        return [.. members];
    }

    private static bool TryLook(int process, out char state, out int parent, out int group)
    {
        state = ' ';
        parent = group = 0;
        if (SmallFile.TryRead($"/proc/{process}/stat") is not { } status) return false;
        // The name in the second field is in parentheses and may hold any character, so fields count from the last one.
        int end = status.LastIndexOf(')');
        if (end < 0 || end + 4 > status.Length) return false;
        string[] fields = status[(end + 2)..].Split(' ', 4);
        state = fields[0][0];
        return fields.Length == 4 && int.TryParse(fields[1], out parent) && int.TryParse(fields[2], out group);
    }

    private static bool Carries(int process, byte[] needle)
    {
        if (!FileHandle.TryOpen($"/proc/{process}/environ", FileOpenOptions.Read, out FileHandle? file, out _)) return false;
        using (file)
        {
            byte[] buffer = new byte[64 * 1024];
            int length = 0;
            while (length < buffer.Length && file.TryRead(buffer.AsSpan(length), out int got, out _) && got > 0) length += got;
            return buffer.AsSpan(0, length).IndexOf(needle) >= 0;
        }
    }

    /// <summary>Through a pidfd, so that a number reused since the look is not hit: the descriptor is opened before the process is
    /// checked again to be there.</summary>
    private static void Send(int process, int signal)
    {
        int descriptor = (int)Syscall.Invoke("pidfd_open", ProcessSyscalls.pidfd_open, process);
        if (descriptor < 0) return;
        Syscall.Invoke("pidfd_send_signal", ProcessSyscalls.pidfd_send_signal, descriptor, signal);
        Unistd.close(descriptor);
    }

    /// <summary>
    /// Takes the remains of orphans that this process adopted. A dead process does not tell which tree it was of, so these are
    /// told from children that other code in this process started by their process group: a contained tree never runs in
    /// the group of this process (the root leads one of its own), while children started by ordinary means do.
    /// </summary>
    private static void ReapAdopted()
    {
        StartLock.EnterWriteLock();
        try
        {
            int group = UnistdProcess.getpgid(0);
            foreach (string name in SmallDirectory.Subdirectories("/proc"))
            {
                if (!int.TryParse(name, out int process) || !TryLook(process, out char state, out int parent, out int itsGroup)) continue;
                if (state == 'Z' && parent == Environment.ProcessId && itsGroup != group && !Owned.ContainsKey(process))
                    UnixWait.ReapProcess(process, block: false, out _);
            }
        }
        finally
        {
            StartLock.ExitWriteLock();
        }
    }
}
