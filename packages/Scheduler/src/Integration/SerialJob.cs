using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Integration;

internal sealed class SerialJob(SerialSynchronizationContext context) : Job
{
    public override void Execute(Worker worker) => context.RunTurn();
}
