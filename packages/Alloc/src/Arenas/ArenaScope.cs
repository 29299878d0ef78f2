namespace Gabbro.Alloc;

/// <summary>
/// A nested lifetime inside an <see cref="Arena"/>: everything allocated after <see cref="Arena.BeginScope"/> is freed
/// when the scope is disposed. Scopes must end in the reverse order of their beginning, which <c>using</c> does.
/// </summary>
public ref struct ArenaScope : IDisposable
{
    private Arena? _arena;
    private readonly ArenaMark _mark;

    internal ArenaScope(Arena arena)
    {
        _arena = arena;
        _mark = arena.Mark();
    }

    /// <summary>Frees everything allocated since the scope began. Doing it twice is fine. O(1).</summary>
    /// <exception cref="InvalidOperationException">An enclosing scope or mark was reset before this one.</exception>
    public void Dispose()
    {
        Arena? arena = _arena;
        _arena = null;
        if (arena is { IsDisposed: false }) arena.Reset(_mark);
    }
}
