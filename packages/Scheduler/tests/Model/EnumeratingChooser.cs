namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Depth-first over all choices: each execution repeats the last one up to the deepest choice with an option left.</summary>
internal sealed class EnumeratingChooser : IChooser
{
    private readonly List<(int Chosen, int Options)> _path = [];
    private int _position;

    public int Choose(int options)
    {
        if (_position == _path.Count)
            _path.Add((0, options));
        var (chosen, known) = _path[_position++];
        if (known != options)
            throw new InvalidOperationException("The scenario does not repeat itself: it depends on more than the choices.");
        return chosen;
    }

    /// <summary>Prepares the next execution. False: all have been run.</summary>
    public bool MoveNext()
    {
        _position = 0;
        while (_path.Count > 0)
        {
            var (chosen, options) = _path[^1];
            if (chosen + 1 < options)
            {
                _path[^1] = (chosen + 1, options);
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    public override string ToString() => string.Join(' ', _path.Take(_position).Select(p => p.Chosen));
}
