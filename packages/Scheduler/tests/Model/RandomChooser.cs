namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Random choices, mostly the undisturbed course: long stretches with a few switches find the most.</summary>
internal sealed class RandomChooser(int seed, double disturbance) : IChooser
{
    private readonly Random _random = new(seed);

    public int Choose(int options) =>
        options == 1 || _random.NextDouble() >= disturbance ? 0 : _random.Next(1, options);

    public override string ToString() => $"seed {seed}";
}
