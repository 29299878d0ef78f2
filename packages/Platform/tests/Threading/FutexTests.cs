using Gabbro.Platform.Threading;

namespace Gabbro.Platform.Tests.Threading;

public sealed unsafe class FutexTests
{
    [Test]
    public void Wait_ValueDiffers_ReturnsAtOnce()
    {
        int value = 1;
        Assert.That(Futex.Wait(ref value, 0), Is.EqualTo(FutexResult.ValueChanged));
    }

    [Test]
    public void Wait_NobodyWakes_TimesOut()
    {
        int value = 1;
        FutexResult result;
        do
        {
            result = Futex.Wait(ref value, 1, TimeSpan.FromMilliseconds(5));
        }
        while (result == FutexResult.Woken);
        Assert.That(result, Is.EqualTo(FutexResult.TimedOut));
        Assert.That(Futex.Wait(ref value, 1, TimeSpan.Zero), Is.EqualTo(FutexResult.TimedOut));
    }

    [Test]
    public void WakeOne_PingPong_NoWakeIsLost()
    {
        int[] turn = GC.AllocateArray<int>(1, pinned: true);
        const int rounds = 20_000;
        Thread other = new(() =>
        {
            for (int i = 0; i < rounds; i++)
                Take(1, 0);
        });
        other.Start();
        for (int i = 0; i < rounds; i++)
            Take(0, 1);
        other.Join();
        Assert.That(turn[0], Is.Zero);

        void Take(int mine, int next)
        {
            ref int word = ref turn[0];
            while (Volatile.Read(ref word) != mine)
                Futex.Wait(ref word, next);
            Volatile.Write(ref word, next);
            Futex.WakeOne(ref word);
        }
    }

    [Test]
    public void WakeAll_ManyWaiters_WakesEveryOne()
    {
        int[] gate = GC.AllocateArray<int>(1, pinned: true);
        Thread[] waiters = new Thread[8];
        for (int i = 0; i < waiters.Length; i++)
        {
            waiters[i] = new Thread(() =>
            {
                while (Volatile.Read(ref gate[0]) == 0)
                    Futex.Wait(ref gate[0], 0);
            });
            waiters[i].Start();
        }
        Volatile.Write(ref gate[0], 1);
        Futex.WakeAll(ref gate[0]);
        foreach (Thread waiter in waiters)
            waiter.Join();
    }

    [Test]
    public void Wait_BadArguments_Throw()
    {
        long word = 0;
        int* odd = (int*)((byte*)&word + 1);
        Assert.Throws<ArgumentException>(() => Futex.Wait(odd, 0, TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => Futex.WakeOne(null));
        int value = 0;
        Assert.Throws<ArgumentOutOfRangeException>(() => Futex.Wait(ref value, 0, TimeSpan.FromSeconds(-2)));
    }
}
