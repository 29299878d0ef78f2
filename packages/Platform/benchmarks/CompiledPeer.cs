using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gabbro.Platform.Benchmarks;

/// <summary>C source compiled with the system's compiler when a comparison starts, and loaded: the peer to be measured against.</summary>
internal sealed class CompiledPeer : IDisposable
{
    private readonly nint _library;
    private readonly string _path;

    internal CompiledPeer(string source)
    {
        _path = Path.Combine(Path.GetTempPath(), $"gabbro-peer-{Environment.ProcessId}-{Guid.NewGuid():N}.so");
        ProcessStartInfo start = new("cc", $"-O2 -shared -fPIC -x c - -o {_path}") { RedirectStandardInput = true };
        using Process compiler = Process.Start(start)!;
        compiler.StandardInput.Write(source);
        compiler.StandardInput.Close();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
            throw new InvalidOperationException("The C peer does not compile.");
        _library = NativeLibrary.Load(_path);
    }

    internal nint this[string function] => NativeLibrary.GetExport(_library, function);

    public void Dispose()
    {
        NativeLibrary.Free(_library);
        File.Delete(_path);
    }
}
