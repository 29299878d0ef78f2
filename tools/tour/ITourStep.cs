namespace Gabbro.Tools.Tour;

/// <summary>One thing the family does, on real input, that checks its own outcome.</summary>
internal interface ITourStep
{
    /// <summary>The word the step is chosen by.</summary>
    string Name { get; }

    /// <summary>What happens, as a title.</summary>
    string Title { get; }

    /// <summary>Does the work. A <see cref="TourCheckException"/> says the outcome was wrong.</summary>
    void Run(TourContext context, StepReport report);
}
