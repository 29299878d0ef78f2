using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gabbro.Reactor.Signals;

namespace Gabbro.Reactor.Tests.Signals;

public sealed class SignalListenerTests
{
    [Test]
    [UnsupportedOSPlatform("windows")]
    public void WaitAsync_SignalOfTheProcess_IsDelivered()
    {
        if (OperatingSystem.IsWindows())
            return;
        // Not SIGHUP: it stays ignored below nohup(1).
        using EventLoop loop = new();
        loop.Run(async () =>
        {
            using SignalListener signals = new(loop, PosixSignal.SIGWINCH);
            for (int i = 0; i < 3; i++)
            {
                using Process kill = Process.Start("kill", ["-WINCH", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
                Assert.That(await signals.WaitAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(3)), Is.EqualTo(PosixSignal.SIGWINCH));
                await kill.WaitForExitAsync();
            }
        });
    }

    [Test]
    public void Constructor_NoSignals_Throws()
    {
        using EventLoop loop = new();
        Assert.That(() => new SignalListener(loop), Throws.ArgumentException);
    }
}
