using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Tests.Native;

namespace Gabbro.Platform.Tests.Files;

/// <summary>Both ways of opening below a root: the system's own, and name by name where openat2 is missing.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class BeneathTests(bool systemCall)
{
    private TemporaryDirectory _directory = null!;
    private DirectoryHandle _root = null!;
    private ScriptedInterceptor? _seam;

    [SetUp]
    public void BuildTree()
    {
        _directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(_directory.Path, "root", "d", "e"));
        File.WriteAllText(Path.Combine(_directory.Path, "secret"), "secret");
        File.WriteAllText(Path.Combine(_directory.Path, "root", "f"), "f");
        File.WriteAllText(Path.Combine(_directory.Path, "root", "d", "g"), "g");
        _root = DirectoryHandle.Open(_directory["root"]);
        if (!OperatingSystem.IsWindows())
        {
            _root.TryCreateSymbolicLink("d/g"u8, "inside"u8).ThrowIfError("symlink");
            _root.TryCreateSymbolicLink("../f"u8, "d/up"u8).ThrowIfError("symlink");
            _root.TryCreateSymbolicLink("../secret"u8, "out"u8).ThrowIfError("symlink");
            _root.TryCreateSymbolicLink("/etc/passwd"u8, "absolute"u8).ThrowIfError("symlink");
            _root.TryCreateSymbolicLink("loop"u8, "loop"u8).ThrowIfError("symlink");
            _root.TryCreateSymbolicLink("d"u8, "dir"u8).ThrowIfError("symlink");
        }
        if (!systemCall)
        {
            _seam = new ScriptedInterceptor((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
                call == "openat2" ? NativeOutcome.Fail(LinuxErrors.ENOSYS) : NativeOutcome.Proceed);
        }
    }

    [TearDown]
    public void Close()
    {
        _seam?.Dispose();
        _root.Dispose();
        _directory.Dispose();
    }

    [TestCase("f", "f")]
    [TestCase("d/g", "g")]
    [TestCase("./d//./g", "g")]
    [TestCase("d/../f", "f")]
    [TestCase("d/e/../../d/g", "g")]
    public void OpenBeneath_InsidePaths_Open(string path, string contents) => AssertOpens(path, contents);

    [TestCase("inside", "g")]
    [TestCase("d/up", "f")]
    [TestCase("dir/g", "g")]
    [TestCase("dir/up", "f")]
    public void OpenBeneath_LinksThatStayInside_Open(string path, string contents)
    {
        if (!OperatingSystem.IsWindows())
            AssertOpens(path, contents);
    }

    [TestCase("../secret")]
    [TestCase("d/../../secret")]
    [TestCase("/etc/passwd")]
    [TestCase("..")]
    public void OpenBeneath_PathsThatLeave_CrossesDevices(string path) => AssertRefused(path, ErrorKind.CrossesDevices);

    [TestCase("out", ErrorKind.CrossesDevices)]
    [TestCase("absolute", ErrorKind.CrossesDevices)]
    [TestCase("loop", ErrorKind.SymbolicLinkLoop)]
    [TestCase("f/x", ErrorKind.NotDirectory)]
    [TestCase("f/", ErrorKind.NotDirectory)]
    [TestCase("absent/x", ErrorKind.NotFound)]
    [TestCase("", ErrorKind.NotFound)]
    public void OpenBeneath_BadPaths_Refused(string path, ErrorKind kind)
    {
        if (!OperatingSystem.IsWindows())
            AssertRefused(path, kind);
    }

    [Test]
    public void OpenBeneath_Create_CreatesInside()
    {
        _root.OpenBeneath("d/../new", FileOpenOptions.CreateNew).Dispose();
        Assert.That(File.Exists(Path.Combine(_directory.Path, "root", "new")));
        Assert.Throws<ArgumentException>(() => _root.OpenBeneath("a\0b"));
    }

    private void AssertOpens(string path, string contents)
    {
        using FileHandle file = _root.OpenBeneath(path);
        byte[] read = new byte[10];
        Assert.That(System.Text.Encoding.ASCII.GetString(read, 0, file.Read(read)), Is.EqualTo(contents));
    }

    private void AssertRefused(string path, ErrorKind kind) =>
        Assert.That(Assert.Throws<PlatformException>(() => _root.OpenBeneath(path))!.Kind, Is.EqualTo(kind));
}
