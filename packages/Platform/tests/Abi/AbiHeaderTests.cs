using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Gabbro.Platform.Abi;

namespace Gabbro.Platform.Tests.Abi;

/// <summary>
/// Turns the declarations of every target into C static asserts and lets that target's compiler check them against its
/// headers. A compiler that is not installed is named in the output and leaves its target to hosts that have it.
/// </summary>
public sealed partial class AbiHeaderTests
{
    // Newer than the headers of any compiler these tests meet, or private to a kernel; checked by reading the sources.
    private static readonly string[] s_notInEveryHeader =
    [
        "SYS_cachestat", "SYS_fchmodat2", "STATX_DIOALIGN", "stx_dio_mem_align", "stx_dio_offset_align", "SYS_futex_waitv",
        "user_addr", "SO_PEERPIDFD",
    ];

    // Newer than mingw's headers, or our own name for a sum of flags, or known from the sources of others alone.
    private static readonly string[] s_notInMingw =
    [
        "IOCTL_AFD_POLL", "CREATE_WAITABLE_TIMER_HIGH_RESOLUTION", "FILE_SHARE_ALL", "ERROR_DIRECTORY_NOT_SUPPORTED",
        "ERROR_BLOCK_TOO_MANY_REFERENCES", "ERROR_FILE_SYSTEM_LIMITATION", "ERROR_STOPPED_ON_SYMLINK", "ERROR_ELEVATION_REQUIRED",
        "ERROR_DISK_QUOTA_EXCEEDED", "TCP_KEEPIDLE", "TCP_FASTOPEN", "TCP_KEEPCNT", "TCP_KEEPINTVL",
    ];

    // musl declares these lengths as int with padding after, as POSIX words it; on a little-endian machine with lengths
    // below 2^31 our words are the same bytes. SOMAXCONN is only advice.
    private static readonly string[] s_differentInMusl =
    [
        "size of struct msghdr.msg_iovlen", "size of struct msghdr.msg_controllen", "\"SOMAXCONN\"",
    ];

    [TestCase(AbiTarget.LinuxX64, "gcc")]
    [TestCase(AbiTarget.LinuxArm64, "aarch64-linux-gnu-gcc")]
    [TestCase(AbiTarget.LinuxMuslX64, "musl-gcc", "-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu")]
    [TestCase(AbiTarget.WindowsX64, "x86_64-w64-mingw32-gcc")]
    public void Declarations_AgainstTheHeaders_Agree(AbiTarget target, string compiler, string options = "")
    {
        AbiTable table = AbiTable.For(target);
        string source = Generate(table);
        if (!TryCompile(compiler, options, source, out string output))
        {
            TestContext.Out.WriteLine($"{compiler} is not installed: {target} is not checked on this host");
            return;
        }
        List<string> wrong = [];
        HashSet<string> unknown = [];
        foreach (string line in output.Split('\n'))
        {
            if (!line.Contains("error:", StringComparison.Ordinal))
                continue;
            Match absent = AbsentName().Match(line);
            if (absent.Success)
                unknown.Add(absent.Groups[1].Value);
            else if (target == AbiTarget.LinuxMuslX64 && s_differentInMusl.Any(line.Contains))
                continue;
            else if (!line.Contains("is not an integer", StringComparison.Ordinal))
                wrong.Add(line);
        }
        int checks = table.Constants.Count + table.Structs.Sum(item => item.Fields.Count + 1);
        TestContext.Out.WriteLine(
            $"{target}: {checks} declarations, {unknown.Count} not in these headers: {string.Join(' ', unknown)}");
        Assert.That(wrong, Is.Empty);
        Assert.That(unknown.Count, Is.LessThan(checks / 20), "headers that lack this much are not the right headers");
        if (target is AbiTarget.LinuxX64 or AbiTarget.LinuxArm64)
            Assert.That(unknown, Is.SubsetOf(s_notInEveryHeader));
        if (target == AbiTarget.WindowsX64)
            Assert.That(unknown, Is.SubsetOf(s_notInMingw));
    }

    [Test]
    public void Declarations_MadeWrong_AreCaught()
    {
        const string source = """
            #include <errno.h>
            _Static_assert(ENOENT == 3, "ENOENT");
            int main(void) { return 0; }
            """;
        if (TryCompile("gcc", "", source, out string output))
            Assert.That(output, Does.Contain("static assertion failed"));
    }

    [Test]
    public void Tables_EveryTarget_CanBeAskedForOnThisHost()
    {
        foreach (AbiTarget target in Enum.GetValues<AbiTarget>())
        {
            AbiTable table = AbiTable.For(target);
            Assert.That(table.Constants, Has.Count.GreaterThan(150), target.ToString());
            Assert.That(table.Structs, Has.Count.GreaterThan(8), target.ToString());
            Assert.That(table.Constants.Select(item => item.Name), Is.Unique, target.ToString());
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => AbiTable.For((AbiTarget)99));
    }

    /// <summary>
    /// No macOS headers are at hand here. Sizes and values below are typed from Apple's open-source headers (bsd/sys of
    /// xnu), apart from the declarations they check.
    /// </summary>
    [Test]
    public void MacDeclarations_AgainstPublishedValues_Agree()
    {
        Dictionary<string, int> sizes = new()
        {
            ["struct stat"] = 144,
            ["struct flock"] = 24,
            ["struct kevent"] = 32,
            ["struct fstore"] = 32,
            ["struct fpunchhole"] = 24,
            ["struct radvisory"] = 16,
            ["struct timespec"] = 16,
            ["struct pollfd"] = 8,
            ["struct msghdr"] = 48,
            ["struct dirent"] = 0,
        };
        Dictionary<string, long> values = new()
        {
            ["EAGAIN"] = 35,
            ["EDEADLK"] = 11,
            ["ENOTSUP"] = 45,
            ["EOPNOTSUPP"] = 102,
            ["ELOOP"] = 62,
            ["ETIMEDOUT"] = 60,
            ["ENAMETOOLONG"] = 63,
            ["ENOTEMPTY"] = 66,
            ["ENOSYS"] = 78,
            ["ENOATTR"] = 93,
            ["ECANCELED"] = 89,
            ["O_CREAT"] = 0x200,
            ["O_TRUNC"] = 0x400,
            ["O_EXCL"] = 0x800,
            ["O_CLOEXEC"] = 0x1000000,
            ["O_DIRECTORY"] = 0x100000,
            ["O_NOFOLLOW"] = 0x100,
            ["O_APPEND"] = 8,
            ["O_NONBLOCK"] = 4,
            ["O_DSYNC"] = 0x400000,
            ["F_FULLFSYNC"] = 51,
            ["F_BARRIERFSYNC"] = 85,
            ["F_PREALLOCATE"] = 42,
            ["F_PUNCHHOLE"] = 99,
            ["F_NOCACHE"] = 48,
            ["F_DUPFD_CLOEXEC"] = 67,
            ["F_OFD_SETLK"] = 90,
            ["F_OFD_SETLKW"] = 91,
            ["F_OFD_GETLK"] = 92,
            ["F_RDLCK"] = 1,
            ["F_UNLCK"] = 2,
            ["F_WRLCK"] = 3,
            ["SEEK_HOLE"] = 3,
            ["SEEK_DATA"] = 4,
            ["MAP_ANON"] = 0x1000,
            ["MAP_NORESERVE"] = 0x40,
            ["MADV_FREE"] = 5,
            ["MS_SYNC"] = 0x10,
            ["AT_FDCWD"] = -2,
            ["AT_REMOVEDIR"] = 0x80,
            ["AT_SYMLINK_NOFOLLOW"] = 0x20,
            ["RENAME_SWAP"] = 2,
            ["RENAME_EXCL"] = 4,
            ["EVFILT_USER"] = -10,
            ["EVFILT_TIMER"] = -7,
            ["EV_CLEAR"] = 0x20,
        };
        AbiTable table = AbiTable.For(AbiTarget.MacArm64);
        foreach ((string name, int size) in sizes)
            Assert.That(table.Structs.Single(item => item.Name == name).Size, Is.EqualTo(size), name);
        foreach ((string name, long value) in values)
            Assert.That(table.Constants.Single(item => item.Name == name).Value, Is.EqualTo(value), name);
        AbiStruct stat = table.Structs.Single(item => item.Name == "struct stat");
        Assert.That(stat.Fields.Single(field => field.Name == "st_size").Offset, Is.EqualTo(96));
        Assert.That(stat.Fields.Single(field => field.Name == "st_birthtimespec").Offset, Is.EqualTo(80));
        Assert.That(stat.Fields.Single(field => field.Name == "st_ino").Offset, Is.EqualTo(8));
    }

    [GeneratedRegex("(?:error: |has no member named )[‘'](?:struct [a-z_]+[’'] has no member named [‘'])?([A-Za-z_0-9]+)[’'] ?(?:undeclared.*)?$|has no member named [‘']([A-Za-z_0-9]+)[’']")]
    private static partial Regex AbsentName();

    private static string Generate(AbiTable table)
    {
        bool windows = table.Target >= AbiTarget.WindowsX64;
        StringBuilder source = new();
        source.AppendLine("#define _GNU_SOURCE 1").AppendLine("#include <stddef.h>");
        if (windows)
        {
            // ntstatus.h defines what windows.h would otherwise define in part.
            source.AppendLine("#define _WIN32_WINNT 0x0A00").AppendLine("#define NTDDI_VERSION 0x0A00000B").AppendLine("#define WIN32_NO_STATUS 1")
                .AppendLine("#include <winsock2.h>").AppendLine("#include <ws2tcpip.h>").AppendLine("#include <windows.h>")
                .AppendLine("#include <mswsock.h>").AppendLine("#include <mstcpip.h>")
                .AppendLine("#undef WIN32_NO_STATUS").AppendLine("#include <winioctl.h>");
        }
        else
        {
            source.AppendLine("#include <sys/prctl.h>").AppendLine("#include <sys/resource.h>")
                .AppendLine("#include <linux/fs.h>").AppendLine("#include <linux/mempolicy.h>").AppendLine("#include <linux/mman.h>")
                .AppendLine("#include <sys/eventfd.h>").AppendLine("#include <netinet/in.h>").AppendLine("#include <netinet/tcp.h>")
                .AppendLine("#include <netinet/udp.h>").AppendLine("#include <stdio.h>").AppendLine("#include <linux/errqueue.h>")
                .AppendLine("#include <netdb.h>").AppendLine("#include <linux/falloc.h>");
        }
        IEnumerable<string> headers = table.Structs.Select(item => item.Header)
            .Concat(table.Constants.Select(item => item.Header)).Distinct();
        foreach (string header in headers)
            source.AppendLine($"#include <{header}>");
        foreach (AbiStruct item in table.Structs)
        {
            if (item.Size != 0)
                source.AppendLine($"_Static_assert(sizeof({item.Name}) == {item.Size}, \"sizeof {item.Name}\");");
            foreach (AbiField field in item.Fields)
            {
                source.AppendLine(
                    $"_Static_assert(offsetof({item.Name}, {field.Name}) == {field.Offset}, \"{item.Name}.{field.Name}\");");
                if (field.Size != 0)
                {
                    source.AppendLine(
                        $"_Static_assert(sizeof((({item.Name}*)0)->{field.Name}) == {field.Size}, \"size of {item.Name}.{field.Name}\");");
                }
            }
        }
        // Compared as 64 bits and, for values C declares unsigned, as 32.
        foreach (AbiConstant item in table.Constants)
        {
            source.AppendLine(
                $"_Static_assert((long long)({item.Name}) == {item.Value}LL || (unsigned)({item.Name}) == (unsigned)({item.Value}LL), \"{item.Name}\");");
        }
        return source.AppendLine("int main(void) { return 0; }").ToString();
    }

    private static bool TryCompile(string compiler, string options, string source, out string output)
    {
        output = "";
        ProcessStartInfo start = new(compiler, $"-std=gnu11 -fsyntax-only -fmax-errors=0 {options} -x c -")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LC_ALL"] = "C";
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        using (process!)
        {
            Task<string> errors = process!.StandardError.ReadToEndAsync();
            process.StandardInput.Write(source);
            process.StandardInput.Close();
            output = errors.Result;
            process.WaitForExit();
        }
        return true;
    }
}
