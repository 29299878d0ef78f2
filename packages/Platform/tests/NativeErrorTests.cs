using System.Reflection;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Tests;

public sealed class NativeErrorTests
{
    [Test]
    public void Kind_EveryCodeOfEveryDomain_MapsWithoutThrowing()
    {
        foreach (ErrorDomain domain in Enum.GetValues<ErrorDomain>())
        {
            for (int code = -70_000; code < 70_000; code++)
                _ = new NativeError(domain, code).Kind;
            for (int bit = 0; bit < 32; bit++)
                _ = new NativeError(domain, 1 << bit).Kind;
            _ = new NativeError(domain, int.MinValue).ToString();
        }
    }

    [TestCase(ErrorDomain.LinuxErrno, LinuxErrors.ENOENT, ErrorKind.NotFound, "ENOENT")]
    [TestCase(ErrorDomain.LinuxErrno, LinuxErrors.EAGAIN, ErrorKind.WouldBlock, "EAGAIN")]
    [TestCase(ErrorDomain.DarwinErrno, DarwinErrors.EAGAIN, ErrorKind.WouldBlock, "EAGAIN")]
    [TestCase(ErrorDomain.DarwinErrno, DarwinErrors.EDEADLK, ErrorKind.Deadlock, "EDEADLK")]
    [TestCase(ErrorDomain.Win32, Win32Errors.ERROR_DISK_FULL, ErrorKind.NoSpace, "ERROR_DISK_FULL")]
    [TestCase(ErrorDomain.Win32, Win32Errors.WSAEWOULDBLOCK, ErrorKind.WouldBlock, "WSAEWOULDBLOCK")]
    [TestCase(ErrorDomain.NtStatus, NtStatusErrors.STATUS_OBJECT_NAME_COLLISION, ErrorKind.AlreadyExists, "STATUS_OBJECT_NAME_COLLISION")]
    [TestCase(ErrorDomain.LinuxErrno, 9999, ErrorKind.Unknown, null)]
    public void Kind_KnownCode_HasKindAndName(ErrorDomain domain, int code, ErrorKind kind, string? name)
    {
        NativeError error = new(domain, code);
        Assert.That(error.Kind, Is.EqualTo(kind));
        Assert.That(error.Name, Is.EqualTo(name));
        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(error.IsError);
    }

    [TestCase(typeof(LinuxErrors), ErrorDomain.LinuxErrno)]
    [TestCase(typeof(DarwinErrors), ErrorDomain.DarwinErrno)]
    [TestCase(typeof(Win32Errors), ErrorDomain.Win32)]
    [TestCase(typeof(NtStatusErrors), ErrorDomain.NtStatus)]
    public void Name_EveryConstant_IsItsOwn(Type table, ErrorDomain domain)
    {
        FieldInfo[] constants = [.. table.GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(field => field.IsLiteral)];
        Assert.That(constants, Has.Length.GreaterThan(90));
        foreach (FieldInfo constant in constants)
            Assert.That(new NativeError(domain, (int)constant.GetRawConstantValue()!).Name, Is.EqualTo(constant.Name));
    }

    [Test]
    public void CodeOf_EveryKind_MapsBackWhereTheSystemHasTheKind()
    {
        foreach (ErrorKind kind in Enum.GetValues<ErrorKind>())
        {
            ErrorKind linux = LinuxErrors.KindOf(LinuxErrors.CodeOf(kind));
            ErrorKind darwin = DarwinErrors.KindOf(DarwinErrors.CodeOf(kind));
            ErrorKind windows = Win32Errors.KindOf(Win32Errors.CodeOf(kind));
            Assert.That(linux, Is.EqualTo(kind).Or.EqualTo(ErrorKind.IoError).Or.EqualTo(ErrorKind.WouldBlock));
            Assert.That(darwin, Is.EqualTo(kind).Or.EqualTo(ErrorKind.IoError).Or.EqualTo(ErrorKind.WouldBlock));
            Assert.That(windows, Is.EqualTo(kind).Or.EqualTo(ErrorKind.IoError));
        }
    }

    [Test]
    public void Default_IsSuccess()
    {
        NativeError error = default;
        Assert.That(error.IsError, Is.False);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.None));
        Assert.DoesNotThrow(() => error.ThrowIfError("anything"));
        Assert.That(NativeError.FromNtStatus(0x103), Is.EqualTo(NativeError.Success));
        Assert.That(NativeError.FromErrno(0), Is.EqualTo(NativeError.Success));
    }

    [Test]
    public void ThrowIfError_Failure_NamesEverything()
    {
        NativeError error = new(ErrorDomain.LinuxErrno, LinuxErrors.EACCES);
        PlatformException thrown = Assert.Throws<PlatformException>(() => error.ThrowIfError("open", "/etc/shadow"));
        Assert.That(thrown.Message, Is.EqualTo("open '/etc/shadow': PermissionDenied (EACCES, LinuxErrno 13)"));
        Assert.That(thrown.Error, Is.EqualTo(error));
    }
}
