namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// Instructions between which a process may be killed with different effect. A test looks at each of them what the next
/// process would find; nothing happens otherwise.
/// </summary>
internal static class KillPoint
{
    /// <summary>Called at every point of every thread; null but in tests.</summary>
    public static Action? Reached { get; set; }

    public static void Here() => Reached?.Invoke();
}
