namespace Gabbro.Reactor;

/// <summary>A callback that held its loop for longer than <see cref="EventLoopOptions.SlowCallbackThreshold"/>.</summary>
/// <param name="Phase">The phase that called it.</param>
/// <param name="Callback">The method or the object that was called, as text.</param>
/// <param name="Duration">How long it ran.</param>
public readonly record struct SlowCallbackReport(LoopPhase Phase, string Callback, TimeSpan Duration);
