using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Files;

/// <summary>A change that a <see cref="FileWatcher"/> tells.</summary>
/// <param name="Watch">The watch it concerns; -1 for <see cref="FileChangeKinds.Overflow"/>, which concerns all of them.</param>
/// <param name="Kinds">What happened.</param>
/// <param name="Name">The entry of the watched directory, without its path; empty when the watched object itself is meant.</param>
/// <param name="Cookie">The same for both halves of a rename, <see cref="FileChangeKinds.MovedFrom"/> and <see cref="FileChangeKinds.MovedTo"/>; otherwise 0.</param>
public readonly record struct FileEvent(int Watch, FileChangeKinds Kinds, string Name, uint Cookie);
