namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Makes the decisions of an execution.</summary>
internal interface IChooser
{
    /// <summary>A number from 0 up to <paramref name="options"/>; 0 is the undisturbed course.</summary>
    int Choose(int options);
}
