namespace Gabbro.Reactor;

/// <summary>A task that runs beside the others of its loop.</summary>
/// <param name="Name">The name it was started under.</param>
/// <param name="Task">The task.</param>
/// <param name="Started">When it was started, on the clock of <see cref="EventLoop.Now"/>.</param>
public readonly record struct SpawnedTask(string Name, Task Task, TimeSpan Started);
