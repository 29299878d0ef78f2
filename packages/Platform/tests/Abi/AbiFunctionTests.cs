using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Gabbro.Platform.Abi;

namespace Gabbro.Platform.Tests.Abi;

/// <summary>
/// Compares every foreign function with its prototype: gcc writes down all it met in the headers (-aux-info), and a second
/// run asserts that each parameter and the result are as wide in C as in the declaration here.
/// </summary>
public sealed partial class AbiFunctionTests
{
    /// <summary>Functions that no header of the compiler declares.</summary>
    private static readonly Dictionary<string, string> s_inNoHeader = new()
    {
        ["posix_spawn_file_actions_addinherit_np"] = "Darwin only",
        ["NtCancelIoFileEx"] = "in no header of mingw",
        ["NtQueryDirectoryFile"] = "in a header for drivers, which does not go with windows.h",
        ["RtlDosPathNameToNtPathName_U_WithStatus"] = "in no header of mingw",
        ["SetThreadDescription"] = "in no header of mingw",
        ["GetThreadDescription"] = "in no header of mingw",
    };

    /// <summary>Functions that get more than their prototype takes, or wider words: both lie in registers that are not looked at.</summary>
    private static readonly Dictionary<string, string> s_wider = new()
    {
        ["fgetxattr"] = "Darwin has two parameters more",
        ["fsetxattr"] = "Darwin has one parameter more",
        ["flistxattr"] = "Darwin has one parameter more",
        ["fremovexattr"] = "Darwin has one parameter more",
        ["shm_open"] = "Darwin's mode is a variadic argument, and so a whole word",
        ["ioctl"] = "musl's request is an int",
    };

    private static readonly string[] s_unixHeaders =
    [
        "unistd.h", "fcntl.h", "stdio.h", "stdlib.h", "errno.h", "poll.h", "sched.h", "signal.h", "spawn.h", "pthread.h", "time.h", "netdb.h",
        "sys/stat.h", "sys/mman.h", "sys/uio.h", "sys/xattr.h", "sys/wait.h", "sys/ioctl.h", "sys/epoll.h", "sys/eventfd.h", "sys/inotify.h",
        "sys/socket.h", "sys/resource.h", "sys/sysinfo.h", "sys/syscall.h", "sys/sendfile.h", "sys/mount.h", "sys/prctl.h", "sys/random.h",
        "sys/utsname.h", "sys/auxv.h", "grp.h", "termios.h", "sys/signalfd.h", "sys/timerfd.h", "sys/file.h", "dirent.h", "dlfcn.h", "utmpx.h",
        "pty.h",
    ];

    private static readonly string[] s_windowsHeaders =
        ["winsock2.h", "ws2tcpip.h", "windows.h", "winternl.h", "mswsock.h", "bcrypt.h", "processthreadsapi.h", "sysinfoapi.h", "psapi.h"];

    [TestCase(AbiTarget.LinuxX64, "gcc")]
    [TestCase(AbiTarget.LinuxArm64, "aarch64-linux-gnu-gcc")]
    [TestCase(AbiTarget.LinuxMuslX64, "musl-gcc")]
    [TestCase(AbiTarget.WindowsX64, "x86_64-w64-mingw32-gcc")]
    public void Functions_AgainstThePrototypes_Agree(AbiTarget target, string compiler)
    {
        bool windows = target == AbiTarget.WindowsX64;
        string includes = (windows ? "#define _WIN32_WINNT 0x0A00\n#define NTDDI_VERSION 0x0A00000B\n" : "#define _GNU_SOURCE 1\n")
            + string.Concat((windows ? s_windowsHeaders : s_unixHeaders).Select(header => $"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n"));
        using TemporaryDirectory folder = new();
        if (!TryCompile(compiler, $"-aux-info \"{folder["prototypes"]}\"", includes, out string output))
        {
            TestContext.Out.WriteLine($"{compiler} is not installed: {target} is not checked on this host");
            return;
        }
        Assert.That(File.Exists(folder["prototypes"]), Is.True, output);
        Dictionary<string, (string Result, string[] Parameters)> prototypes = ReadPrototypes(File.ReadAllText(folder["prototypes"]));
        StringBuilder asserts = new(includes);
        List<string> wrong = [], absent = [];
        int count = 0;
        foreach ((string name, MethodInfo method) in Declared(windows))
        {
            if (!prototypes.TryGetValue(name, out (string Result, string[] Parameters) prototype))
            {
                absent.Add(name);
                continue;
            }
            count++;
            ParameterInfo[] ours = method.GetParameters();
            bool variadic = prototype.Parameters is [.., "..."];
            int fixedCount = variadic ? prototype.Parameters.Length - 1 : prototype.Parameters.Length;
            if (variadic || s_wider.ContainsKey(name) ? ours.Length < fixedCount : ours.Length != fixedCount)
            {
                wrong.Add($"{name} has {fixedCount} parameters, not {ours.Length}");
                continue;
            }
            Check(asserts, name, "result", prototype.Result, method.ReturnType);
            for (int i = 0; i < fixedCount && !s_wider.ContainsKey(name); i++) Check(asserts, name, $"parameter {i}", prototype.Parameters[i], ours[i].ParameterType);
        }
        TryCompile(compiler, "-w", asserts.ToString(), out output);
        wrong.AddRange(output.Split('\n').Where(line => line.Contains("error:", StringComparison.Ordinal)));
        TestContext.Out.WriteLine($"{target}: {count} functions; not in these headers: {string.Join(' ', absent)}");
        Assert.That(wrong, Is.Empty);
        Assert.That(count, Is.GreaterThan(windows ? 80 : 100));
        if (target != AbiTarget.LinuxMuslX64)
            Assert.That(absent, Is.SubsetOf(s_inNoHeader.Keys));
    }

    private static void Check(StringBuilder source, string function, string place, string type, Type ours)
    {
        if (ours == typeof(void))
            source.AppendLine($"_Static_assert(__builtin_types_compatible_p({type}, void), \"{function}: {place}\");");
        else
            source.AppendLine($"_Static_assert(sizeof({type}) == {SizeOf(ours)}, \"{function}: {place}\");");
    }

    private static int SizeOf(Type type) =>
        type.IsPointer || type.IsFunctionPointer || type == typeof(nint) || type == typeof(nuint) ? 8 : Marshal.SizeOf(type);

    /// <summary>The foreign functions of a system, each with the name of its symbol; forms padded for one convention are not C's.</summary>
    private static IEnumerable<(string Name, MethodInfo Method)> Declared(bool windows)
    {
        string[] spaces = windows
            ? ["Gabbro.Platform.Native.Windows"]
            : ["Gabbro.Platform.Native.Unix", "Gabbro.Platform.Native.Linux"];
        foreach (Type type in typeof(AbiTable).Assembly.GetTypes().Where(type => spaces.Contains(type.Namespace)))
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if (method.GetCustomAttribute<DllImportAttribute>() is not { } import || method.Name.EndsWith("_stack", StringComparison.Ordinal))
                    continue;
                yield return (import.EntryPoint ?? method.Name, method);
            }
        }
    }

    private static Dictionary<string, (string Result, string[] Parameters)> ReadPrototypes(string text)
    {
        Dictionary<string, (string Result, string[] Parameters)> prototypes = [];
        foreach (string line in text.Split('\n'))
        {
            Match match = Prototype().Match(line);
            if (match.Success) prototypes.TryAdd(match.Groups[2].Value, (match.Groups[1].Value.Trim(), SplitParameters(match.Groups[3].Value)));
        }
        return prototypes;
    }

    private static string[] SplitParameters(string list)
    {
        List<string> parameters = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && list[i] == '(') depth++;
            if (i < list.Length && list[i] == ')') depth--;
            if (i < list.Length && (list[i] != ',' || depth != 0)) continue;
            parameters.Add(list[start..i].Trim());
            start = i + 1;
        }
        return parameters is ["void"] ? [] : [.. parameters];
    }

    private static bool TryCompile(string compiler, string options, string source, out string output)
    {
        output = "";
        ProcessStartInfo start = new(compiler, $"-std=gnu11 -fsyntax-only -fmax-errors=0 {options} -x c -")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(source);
            process.StandardInput.Close();
            output = errors.Result;
            process.WaitForExit();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^/\* .* \*/ (?:extern |static )*(.*?)\b([A-Za-z_][A-Za-z0-9_]*) \((.*)\);")]
    private static partial Regex Prototype();
}
