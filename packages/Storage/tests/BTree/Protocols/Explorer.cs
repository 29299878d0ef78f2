namespace Gabbro.Storage.Tests.BTree.Protocols;

/// <summary>
/// Visits every state that a small model can reach by any interleaving of its steps, each once, and then asks whether an
/// end can be reached from each of them. A state is a row of bytes.
/// </summary>
internal sealed class Explorer(Func<byte[], IEnumerable<byte[]>> steps, Func<byte[], string?> findFault, Func<byte[], bool> isEnd)
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<byte[]> _states = [];
    private readonly List<List<int>> _before = [];

    /// <summary>States visited.</summary>
    public int Count => _states.Count;

    /// <summary>The first fault found, or null when no reachable state has one.</summary>
    public string? Explore(byte[] initial)
    {
        var open = new Stack<int>();
        open.Push(Number(initial, out _));
        while (open.TryPop(out var number))
        {
            var state = _states[number];
            if (findFault(state) is { } fault)
                return $"{fault} in state {string.Join(' ', state)}";
            foreach (var next in steps(state))
            {
                var to = Number(next, out var isNew);
                _before[to].Add(number);
                if (isNew)
                    open.Push(to);
            }
        }

        return FindEndless();
    }

    private int Number(byte[] state, out bool isNew)
    {
        var key = string.Create(state.Length, state, static (text, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
                text[i] = (char)bytes[i];
        });
        isNew = _numbers.TryAdd(key, _states.Count);
        if (isNew)
        {
            _states.Add(state);
            _before.Add([]);
        }

        return _numbers[key];
    }

    // Backwards from all ends; what is not met leads to none.
    private string? FindEndless()
    {
        var canEnd = new bool[_states.Count];
        var open = new Stack<int>();
        for (var i = 0; i < canEnd.Length; i++)
        {
            if (isEnd(_states[i]))
            {
                canEnd[i] = true;
                open.Push(i);
            }
        }

        while (open.TryPop(out var number))
        {
            foreach (var before in _before[number])
            {
                if (canEnd[before])
                    continue;
                canEnd[before] = true;
                open.Push(before);
            }
        }

        var endless = Array.IndexOf(canEnd, false);
        return endless < 0 ? null : $"no end can be reached from state {string.Join(' ', _states[endless])}";
    }
}
