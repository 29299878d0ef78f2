namespace Gabbro.Scheduler;

/// <summary>Which sources a search for work includes.</summary>
internal enum FindScope
{
    /// <summary>The worker's main loop: everything.</summary>
    TopLevel,

    /// <summary>A fork's wait: not the injector, whose jobs are unrelated and may be long.</summary>
    Nested,

    /// <summary>A scope's wait: everything, because a job of the scope may have been spawned from outside.</summary>
    NestedWithInjector,
}
