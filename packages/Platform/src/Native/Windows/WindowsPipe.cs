using static Gabbro.Platform.Native.Windows.ProcessThreadsApi;

namespace Gabbro.Platform.Native.Windows;

/// <summary>
/// Pipes without a name that anybody knows. Windows makes its anonymous pipes of named ones as well, but never for overlapped
/// operation; so these are made the same way, with an end that a completion port can serve.
/// </summary>
internal static unsafe class WindowsPipe
{
    private const uint Room = 64 * 1024;
    private static int s_last;

    /// <summary>Creates a pipe.</summary>
    /// <param name="weRead">Whether the first end reads and the second writes, or the other way round.</param>
    /// <param name="bothOverlapped">Whether the second end is open for overlapped operation too; the first always is.</param>
    /// <param name="ours">The first end.</param>
    /// <param name="theirs">The second end.</param>
    internal static NativeError Create(bool weRead, bool bothOverlapped, out nint ours, out nint theirs)
    {
        theirs = -1;
        // Random, so that nobody can open the pipe first; and to be refused rather than to join a pipe somebody made.
        Span<byte> secret = stackalloc byte[16];
        NativeError error = WindowsRandom.Fill(secret);
        if (error.IsError)
        {
            ours = -1;
            return error;
        }
        string path = $@"\\.\pipe\gabbro-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}-{Convert.ToHexString(secret)}";
        uint mode = (weRead ? PIPE_ACCESS_INBOUND : PIPE_ACCESS_OUTBOUND) | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE;
        fixed (char* name = path)
        {
            ours = CreateNamedPipeW(name, mode, PIPE_REJECT_REMOTE_CLIENTS, 1, Room, Room, 0, null);
            if (ours == -1) return NativeError.Last();
            uint access = weRead ? GENERIC_WRITE | WindowsFiles.FILE_READ_ATTRIBUTES : GENERIC_READ | WindowsFiles.FILE_WRITE_ATTRIBUTES;
            theirs = CreateFileW(name, access, 0, null, OPEN_EXISTING, bothOverlapped ? FILE_FLAG_OVERLAPPED : 0, 0);
        }
        if (theirs != -1) return default;
        error = NativeError.Last();
        _ = Kernel32.CloseHandle(ours);
        ours = -1;
        return error;
    }
}
