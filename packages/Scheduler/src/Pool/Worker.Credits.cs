namespace Gabbro.Scheduler;

/// <summary>
/// Counting the jobs of a scope in batches. A worker holds places in the scope's count in advance: a spawn uses one up, a
/// job that ends leaves one, and only when it runs out, has too many, or turns to something else does the shared count
/// change. So the word that all workers of a scope would fight over is touched once in dozens of jobs.
/// </summary>
/// <remarks>
/// The count is never too low: places are reserved before they are used and given back after. It reaches zero when the last
/// worker settles, which every worker does before it searches, sleeps, waits, or runs a job that is not of the scope. While
/// it runs one that is, the scope could not end anyway; a job that spawns into another scope than its own reserves places
/// one at a time.
/// </remarks>
internal sealed partial class Worker
{
    /// <summary>Places reserved at once.</summary>
    public const int CreditBatch = 64;

    /// <summary>The scope whose job or body this worker runs.</summary>
    public WorkScope? ActiveScope;

    private WorkScope? _creditScope;
    private int _credits;

    /// <summary>A job of the scope has ended here: keeps its place.</summary>
    public void Credit(WorkScope scope)
    {
        if (!ReferenceEquals(_creditScope, scope))
        {
            SettleCredits();
            _creditScope = scope;
        }

        if (++_credits >= 2 * CreditBatch)
        {
            _credits -= CreditBatch;
            scope.Settle(CreditBatch);
        }
    }

    /// <summary>A job of the scope is about to be spawned here.</summary>
    public bool TryTakeCredit(WorkScope scope)
    {
        if (_credits == 0 || !ReferenceEquals(_creditScope, scope))
            return false;
        _credits--;
        return true;
    }

    public void TakeCredits(WorkScope scope, int places)
    {
        SettleCredits();
        _creditScope = scope;
        _credits = places;
    }

    /// <summary>Gives back what is held.</summary>
    public void SettleCredits()
    {
        var scope = _creditScope;
        var places = _credits;
        _creditScope = null;
        _credits = 0;
        if (places > 0)
            scope!.Settle(places);
    }
}
