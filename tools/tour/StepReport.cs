namespace Gabbro.Tools.Tour;

/// <summary>What a step tells as it goes: progress between 0 and 1, and facts for the summary.</summary>
internal sealed class StepReport(Action<double> progress)
{
    private readonly List<(string Name, string Value)> _facts = [];

    public IReadOnlyList<(string Name, string Value)> Facts => _facts;

    /// <summary>Lines shown below the summary: a map, a plot in characters.</summary>
    public List<string> Picture { get; } = [];

    public void Progress(double done) => progress(Math.Clamp(done, 0, 1));

    public void Fact(string name, string value) => _facts.Add((name, value));

    /// <summary>Fails the step unless the condition holds.</summary>
    public static void Check(bool condition, string message)
    {
        if (!condition)
            throw new TourCheckException(message);
    }
}
