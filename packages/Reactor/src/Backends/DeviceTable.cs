namespace Gabbro.Reactor.Backends;

/// <summary>
/// The devices of a loop by token. A token is <c>generation &lt;&lt; 32 | index</c>; the generation of a place changes when
/// its device is removed, so an event that was on its way to a closed socket finds nothing, even when the descriptor and
/// the place have been given to a new socket within the same batch of events.
/// </summary>
internal sealed class DeviceTable
{
    private const int InitialCapacity = 64;
    private const uint GenerationMask = (1u << 30) - 1;

    private Entry[] _entries = new Entry[InitialCapacity];
    private int _used;
    private int _free = -1;

    private struct Entry
    {
        public Device? Device;

        /// <summary>
        /// Generations stay below 2³⁰, so that no token is the reserved one of the pollers and the two highest bits are free for
        /// the backend on a ring, which marks what is not a poll with them.
        /// </summary>
        public uint Generation;

        public int NextFree;
    }

    /// <summary>Devices in the table.</summary>
    public int Count { get; private set; }

    public ulong Add(Device device)
    {
        int index = _free;
        if (index >= 0)
        {
            _free = _entries[index].NextFree;
        }
        else
        {
            if (_used == _entries.Length)
                Array.Resize(ref _entries, _entries.Length * 2);
            index = _used++;
        }

        ref Entry entry = ref _entries[index];
        entry.Device = device;
        Count++;
        return ((ulong)entry.Generation << 32) | (uint)index;
    }

    public void Remove(ulong token)
    {
        int index = (int)(uint)token;
        ref Entry entry = ref _entries[index];
        entry.Device = null;
        entry.Generation = (entry.Generation + 1) & GenerationMask;
        entry.NextFree = _free;
        _free = index;
        Count--;
    }

    /// <summary>The device a token names, or null when it is gone.</summary>
    public Device? Find(ulong token)
    {
        uint index = (uint)token;
        if (index >= (uint)_used)
            return null;
        ref readonly Entry entry = ref _entries[index];
        return entry.Generation == (uint)(token >> 32) ? entry.Device : null;
    }

    /// <summary>All devices, for closing them.</summary>
    public Device[] ToArray()
    {
        List<Device> devices = new(Count);
        for (int i = 0; i < _used; i++)
        {
            if (_entries[i].Device is { } device)
                devices.Add(device);
        }

        return [.. devices];
    }
}
