namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Records calls made by model threads. Needs no lock: only the holder of the baton runs.</summary>
internal sealed class History
{
    private readonly List<Call> _calls = [];

    public void Record(string name, int argument, Func<int?> call)
    {
        var start = ModelRun.Current.Now;
        var result = call();

        // A call whose stores sit in the buffer has not ended for anybody else: no other thread can learn that it has
        // returned before they are visible, because what would tell it comes out of the same buffer later.
        ModelRun.Current.WhenVisible(end => _calls.Add(new Call(name, argument, result, start, end)));
    }

    public void AssertLinearizable(string initial, Func<string, Call, string?> apply)
    {
        if (!Linearizability.Holds(_calls, initial, apply))
        {
            throw new ModelFailureException("Not linearizable: "
                + string.Join("; ", _calls.Select(c => $"[{c.Start},{c.End}] {c.Name}({c.Argument}) = {c.Result?.ToString() ?? "-"}")));
        }
    }
}
