using Gabbro.Platform.Threading;

namespace Gabbro.Platform.Tests.Threading;

public sealed class NativeThreadTests
{
    [Test]
    public void TrySet_EachAllowedProcessor_TheThreadRunsThere()
    {
        RunOnOwnThread(() =>
        {
            CpuSet allowed = ThreadAffinity.Get();
            Assert.That(allowed.Count, Is.GreaterThan(0));
            for (int cpu = allowed.Next(0); cpu >= 0; cpu = allowed.Next(cpu + 1))
            {
                NativeError error = ThreadAffinity.TrySet(new CpuSet(cpu));
                if (error.Kind == ErrorKind.NotSupported)
                    return;
                Assert.That(error.IsError, Is.False);
                Assert.That(ThreadAffinity.CurrentProcessor, Is.EqualTo(cpu));
                Assert.That(ThreadAffinity.Get(), Is.EqualTo(new CpuSet(cpu)));
            }
            Assert.That(ThreadAffinity.TrySet(new CpuSet()).Kind, Is.EqualTo(ErrorKind.InvalidArgument));
        });
    }

    [Test]
    public void CpuSet_Ranges_PrintAndEnumerate()
    {
        CpuSet set = new(0, 1, 2, 64, 65, 1023);
        Assert.That(set.ToString(), Is.EqualTo("0-2,64-65,1023"));
        Assert.That(set.Count, Is.EqualTo(6));
        Assert.That(set.Next(3), Is.EqualTo(64));
        Assert.That(set.Next(1024), Is.EqualTo(-1));
        set[64] = false;
        Assert.That(set[64], Is.False);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[1024] = true);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = set[-1]);
    }

    [Test]
    public void Name_SetTwice_ShowsTheLastAndIsCutWhole()
    {
        RunOnOwnThread(() =>
        {
            NativeThread.Name = "first";
            NativeThread.Name = "second";
            Assert.That(NativeThread.Name, Is.EqualTo("second"));
            NativeThread.Name = "fourteen bytes\u00e9";
            if (OperatingSystem.IsLinux())
                Assert.That(NativeThread.Name, Is.EqualTo("fourteen bytes"));
            Assert.Throws<ArgumentException>(() => NativeThread.Name = "a\0b");
        });
    }

    [Test]
    public void Id_TwoThreads_Differ()
    {
        long mine = NativeThread.Id;
        RunOnOwnThread(() => Assert.That(NativeThread.Id, Is.Not.EqualTo(mine)));
        Assert.That(NativeThread.Id, Is.EqualTo(mine));
    }

    [Test]
    public void TrySetUrgency_EveryLevel_SucceedsOrNeedsAPrivilege()
    {
        foreach (ThreadUrgency urgency in Enum.GetValues<ThreadUrgency>())
        {
            RunOnOwnThread(() =>
            {
                ErrorKind kind = NativeThread.TrySetUrgency(urgency).Kind;
                bool rises = urgency > ThreadUrgency.Normal;
                Assert.That(
                    kind, Is.EqualTo(ErrorKind.None)
                        .Or.EqualTo(rises ? ErrorKind.PermissionDenied : ErrorKind.None)
                        .Or.EqualTo(rises ? ErrorKind.NotPermitted : ErrorKind.None), urgency.ToString());
            });
        }
    }

    [Test]
    public void ProcessBarrier_AsymmetricDekker_NeverBothSeeNothing()
    {
        ProcessBarrier.Flush();
        int[] shared = new int[64];
        int bothMissed = 0;
        using Barrier rounds = new(2);
        const int count = 2000;
        Thread light = new(() =>
        {
            for (int i = 1; i <= count; i++)
            {
                rounds.SignalAndWait();
                Volatile.Write(ref shared[0], i);
                shared[33] = Volatile.Read(ref shared[16]) != i ? 1 : 0;
                rounds.SignalAndWait();
            }
        });
        light.Start();
        for (int i = 1; i <= count; i++)
        {
            rounds.SignalAndWait();
            Volatile.Write(ref shared[16], i);
            ProcessBarrier.Flush();
            int missed = Volatile.Read(ref shared[0]) != i ? 1 : 0;
            rounds.SignalAndWait();
            bothMissed += missed & shared[33];
        }
        light.Join();
        Assert.That(bothMissed, Is.Zero);
    }

    private static void RunOnOwnThread(Action action)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw new AssertionException(failure.Message, failure);
    }
}
