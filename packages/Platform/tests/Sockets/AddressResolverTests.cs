using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Tests.Sockets;

public sealed class AddressResolverTests
{
    [Test]
    public void Resolve_AddressText_IsThatAddress() =>
        Assert.That(AddressResolver.Resolve("127.0.0.1", 80), Is.EqualTo(new[] { SocketEndpoint.LoopbackIPv4(80) }));

    [Test]
    public void Resolve_Localhost_IsLoopback()
    {
        SocketEndpoint[] addresses = AddressResolver.Resolve("localhost", 81, SocketFamily.IPv4);
        Assert.That(addresses, Is.Not.Empty);
        Assert.That(addresses, Has.All.Matches<SocketEndpoint>(a => a.AddressBytes[0] == 127 && a.Port == 81));
    }

    [Test]
    public void Resolve_NoHost_IsLoopbackOrAny()
    {
        Assert.That(AddressResolver.Resolve("", 82, SocketFamily.IPv4), Does.Contain(SocketEndpoint.LoopbackIPv4(82)));
        Assert.That(AddressResolver.Resolve("", 82, SocketFamily.IPv4, passive: true), Does.Contain(SocketEndpoint.AnyIPv4(82)));
    }

    [Test]
    public void TryResolve_NoSuchName_SaysSo()
    {
        NativeError error = AddressResolver.TryResolve("no-such-name.invalid", 1, SocketFamily.Unspecified, false, out SocketEndpoint[] none);
        Assert.That(error.Kind, Is.AnyOf(ErrorKind.HostNotFound, ErrorKind.TimedOut), error.ToString());
        Assert.That(none, Is.Empty);
    }
}
