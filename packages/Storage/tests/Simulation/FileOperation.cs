namespace Gabbro.Storage.Tests.Simulation;

/// <summary>One call: the <paramref name="Index"/>-th of this file system, counted from 1.</summary>
public readonly record struct FileOperation(long Index, FileOperationKind Kind, string Path, long Offset, long Length);
