using Gabbro.Platform.Machine;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Tests.Native;

namespace Gabbro.Platform.Tests.Machine;

public sealed class FeaturesTests
{
    [Test]
    public void Features_Probe_NamesEveryFeatureOnce()
    {
        Features features = Features.Current;
        Assert.That(features.All.Select(status => status.Feature), Is.EqualTo(Enum.GetValues<Feature>()));
        foreach (FeatureStatus status in features.All)
            TestContext.Out.WriteLine($"{status.Feature}: {(status.IsAvailable ? "yes" : status.Reason.ToString())}");
        Assert.That(features.Has(Feature.OpenFileLocks));
        Assert.Throws<ArgumentOutOfRangeException>(() => features.Has((Feature)200));
    }

    [Test]
    public void Features_EverySystemCallFiltered_AreReportedMissing([Values(LinuxErrors.ENOSYS, LinuxErrors.EPERM)] int errno)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using ScriptedInterceptor seam = new((string call, ReadOnlySpan<nint> arguments, ref nuint count) =>
            call is "statx" or "openat2" or "io_uring_setup" or "pidfd_open" ? NativeOutcome.Fail(errno) : NativeOutcome.Proceed);
        Features features = Features.Probe();
        Assert.That(features.Has(Feature.CompleteStatus), Is.False);
        Assert.That(features.Has(Feature.OpenBeneath), Is.False);
        Assert.That(features.Has(Feature.SubmissionRings), Is.False);
        Assert.That(features.Get(Feature.ProcessHandles).Reason.Code, Is.EqualTo(errno));
        Assert.That(features.Has(Feature.RandomCall));
    }
}
