namespace Gabbro.Scheduler.Jobs;

internal readonly struct JoinJob<TA, TB, TResultA, TResultB>(in TA a, in TB b) : IForkJob<(TResultA, TResultB)>
    where TA : struct, IForkJob<TResultA>
    where TB : struct, IForkJob<TResultB>
{
    private readonly TA _a = a;
    private readonly TB _b = b;

    public (TResultA, TResultB) Run(ForkContext context) => context.Join<TA, TB, TResultA, TResultB>(_a, _b);
}
