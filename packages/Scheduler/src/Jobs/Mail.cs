namespace Gabbro.Scheduler.Jobs;

/// <summary>A job for one particular worker.</summary>
internal abstract class Mail : Job
{
    public Mail? Next;
}
