namespace Gabbro.Reactor.Http;

/// <summary>What came of parsing the bytes at hand.</summary>
public enum HeadStatus : byte
{
    /// <summary>The head is not complete; call again with the same bytes and more behind them.</summary>
    Incomplete,

    /// <summary>The head is complete and valid.</summary>
    Complete,

    /// <summary>The head breaks a rule; see <see cref="RequestHead.Rejection"/>. Nothing after it can be trusted: answer and close.</summary>
    Rejected,
}
