namespace Gabbro.Scheduler.Tests.Model;

/// <summary>One fresh instance of what is explored: thread bodies, and a look at the end.</summary>
internal sealed record Scenario(Action[] Threads, Action Verify);
