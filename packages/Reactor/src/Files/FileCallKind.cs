namespace Gabbro.Reactor.Files;

/// <summary>What a <see cref="FileCall"/> does.</summary>
internal enum FileCallKind : byte
{
    Read,
    Write,
    Length,
    Sync,
}
