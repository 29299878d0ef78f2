namespace Gabbro.Scheduler.Deques;

/// <summary>How an attempt to steal ended.</summary>
internal enum StealResult
{
    /// <summary>There was nothing to take.</summary>
    Empty,

    /// <summary>Another thread was faster; there may be more.</summary>
    Lost,

    /// <summary>One job was taken.</summary>
    Taken,
}
