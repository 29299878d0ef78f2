namespace Gabbro.Storage.Tests.BTree.Protocols;

/// <summary>
/// Readers that announce snapshots, a writer that reuses pages, syncs that make versions visible late, and deaths: the
/// protocol of ReaderSeats, PageAllocator and GroupSync with one record, whose page each commit copies.
/// </summary>
public sealed class SnapshotModel(int readers, int transactions, SnapshotModel.Break broken = SnapshotModel.Break.Nothing)
{
    // Layout of a state. Registers of the writer: horizon and the pins gathered so far; of a reader: its number and step.
    private const int Visible = 0;
    private const int Applied = 1;
    private const int Last = 2;
    private const int InProgress = 3;
    private const int WriterStep = 4;
    private const int Horizon = 5;
    private const int NextSlot = 6;
    private const int NewPage = 7;
    private const int Faulted = 8;
    private const int Deaths = 9;
    private const int Roots = 10;
    private const int MaximumVersions = 8;
    private const int Pins = Roots + MaximumVersions;
    private const int MaximumPages = 4;

    private int Pages => Pins + readers;

    private int Readers => Pages + (MaximumPages * 3);

    /// <summary>What may be left out, to see that the model notices.</summary>
    public enum Break
    {
        Nothing,
        ReaderDoesNotLookAgain,
        SlotsReadBeforeTheHorizon,
        ReleasesNotYetVisibleAreReused,
        DeadWriterIsNotUndone,
        PinsAreIgnored,
    }

    public byte[] Initial()
    {
        var s = new byte[Readers + (readers * 3)];
        s[Visible] = s[Applied] = s[Last] = 1;
        s[Roots + 1] = 0;
        SetPage(s, 0, (1, 0, 1));
        for (var p = 1; p < MaximumPages; p++)
            SetPage(s, p, (0, 255, 0));
        return s;
    }

    public IEnumerable<byte[]> Steps(byte[] s)
    {
        if (s[Applied] > s[Visible])
            yield return With(s, n => n[Visible] = n[Applied]);
        foreach (var next in WriterSteps(s))
            yield return next;
        for (var r = 0; r < readers; r++)
        {
            foreach (var next in ReaderSteps(s, r))
                yield return next;
        }
    }

    public string? FindFault(byte[] s)
    {
        if (s[Faulted] != 0)
            return "a reader found another version's bytes in its page";
        if (s[WriterStep] != 0 || s[InProgress] != 0)
            return null;
        for (var p = 0; p < MaximumPages; p++)
        {
            var (born, freed, _) = Get(s, p);
            if (freed == 0 && s[Roots + s[Applied]] != p)
                return $"page {p}, born in {born}, is neither in use nor free";
        }

        return null;
    }

    /// <summary>All transactions are over and all readers done; or the pages ran out, which ends a writer too.</summary>
    public bool IsEnd(byte[] s) =>
        s[Applied] == s[Visible] && s[WriterStep] is 0 or 2 && Enumerable.Range(0, readers).All(r => s[Readers + (r * 3)] == 6);

    // 0 idle, 1 reads the slots, 2 takes a page, 3 releases the old one, 4 fills the page, 5 publishes.
    private IEnumerable<byte[]> WriterSteps(byte[] s)
    {
        var step = s[WriterStep];
        if (step > 0 && s[Deaths] < 1)
        {
            // The writer dies here; the next one repairs first.
            yield return With(s, n =>
            {
                n[Deaths]++;
                n[WriterStep] = 0;
                n[NewPage] = 0;
                Forget(n);
                if (broken != Break.DeadWriterIsNotUndone)
                    Undo(n);
                n[InProgress] = 0;
            });
        }

        switch (step)
        {
            case 0 when s[Last] < transactions:
                yield return With(s, n =>
                {
                    n[InProgress] = ++n[Last];
                    n[NextSlot] = 0;
                    n[WriterStep] = 1;
                    n[Horizon] = broken == Break.ReleasesNotYetVisibleAreReused ? n[Applied] : n[Visible];
                });
                break;
            case 1:
                yield return With(s, n =>
                {
                    if (n[NextSlot] < readers)
                    {
                        n[Pins + n[NextSlot]] = Slot(n, n[NextSlot]);
                        n[NextSlot]++;
                        return;
                    }

                    if (broken == Break.SlotsReadBeforeTheHorizon)
                        n[Horizon] = n[Visible];
                    n[WriterStep] = 2;
                });
                break;
            case 2:
                for (var p = 0; p < MaximumPages; p++)
                {
                    if (!IsReusable(s, p))
                        continue;
                    // Pages that never held anything are all the same.
                    if (p > 0 && Get(s, p).Freed == 255 && Get(s, p - 1).Freed == 255)
                        continue;
                    var page = p;
                    yield return With(s, n =>
                    {
                        n[NewPage] = (byte)page;
                        SetPage(n, page, (n[InProgress], 0, Get(n, page).Content));
                        n[WriterStep] = 3;
                        Forget(n);
                    });
                }

                break;
            case 3:
                yield return With(s, n =>
                {
                    var old = n[Roots + n[Applied]];
                    SetPage(n, old, (Get(n, old).Born, n[InProgress], Get(n, old).Content));
                    n[WriterStep] = 4;
                });
                break;
            case 4:
                yield return With(s, n =>
                {
                    SetPage(n, n[NewPage], (n[InProgress], 0, n[InProgress]));
                    n[WriterStep] = 5;
                });
                break;
            case 5:
                yield return With(s, n =>
                {
                    n[Roots + n[InProgress]] = n[NewPage];
                    n[Applied] = n[InProgress];
                    n[InProgress] = 0;
                    n[WriterStep] = 0;
                    n[NewPage] = 0;
                });
                break;
        }
    }

    // What the writer no longer looks at must not tell states apart.
    private void Forget(byte[] n)
    {
        n[Horizon] = 0;
        n[NextSlot] = 0;
        for (var r = 0; r < readers; r++)
            n[Pins + r] = 0;
    }

    // 0 begins, 1 announces, 2 looks again, 3 and 4 read, 5 leaves; 6 is done, 7 dead and not yet cleaned up after.
    private IEnumerable<byte[]> ReaderSteps(byte[] s, int r)
    {
        var at = Readers + (r * 3);
        var step = s[at];
        if (step is > 0 and < 6 && s[Deaths] < 1)
        {
            yield return With(s, n =>
            {
                n[Deaths]++;
                n[at] = 7;
            });
        }

        switch (step)
        {
            case 0:
                yield return With(s, n => (n[at], n[at + 1]) = (1, n[Visible]));
                break;
            case 1:
                yield return With(s, n => (n[at], n[at + 2]) = (2, n[at + 1]));
                break;
            case 2:
                yield return With(s, n => n[at] = (byte)(n[Visible] == n[at + 1] || broken == Break.ReaderDoesNotLookAgain ? 3 : 0));
                break;
            case 3 or 4:
                yield return With(s, n =>
                {
                    if (Get(n, n[Roots + n[at + 1]]).Content != n[at + 1])
                        n[Faulted] = 1;
                    n[at]++;
                });
                break;
            case 5 or 7:
                yield return With(s, n => (n[at], n[at + 1], n[at + 2]) = (6, 0, 0));
                break;
        }
    }

    private bool IsReusable(byte[] s, int page)
    {
        var (born, freed, _) = Get(s, page);
        if (freed == 255)
            return true;
        if (freed == 0 || freed > s[Horizon])
            return false;
        for (var r = 0; r < readers && broken != Break.PinsAreIgnored; r++)
        {
            if (s[Pins + r] != 0 && s[Pins + r] >= born && s[Pins + r] < freed)
                return false;
        }

        return true;
    }

    private void Undo(byte[] n)
    {
        for (var p = 0; p < MaximumPages; p++)
        {
            var (born, freed, content) = Get(n, p);
            if (born == n[InProgress])
                SetPage(n, p, (0, 255, content));
            else if (freed == n[InProgress])
                SetPage(n, p, (born, 0, content));
        }
    }

    private byte Slot(byte[] s, int r) => s[Readers + (r * 3) + 2];

    private (byte Born, byte Freed, byte Content) Get(byte[] s, int page) =>
        (s[Pages + (page * 3)], s[Pages + (page * 3) + 1], s[Pages + (page * 3) + 2]);

    private void SetPage(byte[] s, int page, (byte Born, byte Freed, byte Content) entry) =>
        (s[Pages + (page * 3)], s[Pages + (page * 3) + 1], s[Pages + (page * 3) + 2]) = entry;

    private static byte[] With(byte[] s, Action<byte[]> change)
    {
        var next = (byte[])s.Clone();
        change(next);
        return next;
    }
}
