using Gabbro.Platform.Native;

namespace Gabbro.Platform.Polling;

/// <summary>
/// Waits until descriptors are ready: epoll(7) on Linux, kqueue(2) on macOS, AFD polls on Windows. It is a mechanism: it
/// keeps no list of what is registered and runs no callbacks.
/// </summary>
/// <remarks>
/// All members may be called from several threads, <see cref="Wait"/> too; nothing but construction allocates on Linux and
/// macOS. Remove a descriptor before closing it: epoll watches the open file description, and a duplicate would keep the
/// registration alive. A descriptor closed and reused within one batch of events can deliver an event of its former life;
/// put a generation into the token. On macOS and Windows one descriptor may appear twice in a batch, once for each
/// direction. On Windows only sockets can be registered.
/// </remarks>
public sealed class ReadinessPoller : IDisposable
{
    /// <summary>The most events one <see cref="Wait"/> returns; a longer span is filled up to here.</summary>
    public const int MaxBatch = 1024;

    /// <summary>The token that no registration may have.</summary>
    public const ulong ReservedToken = ulong.MaxValue;

    private readonly PollerBackend _backend;
    private int _closed;
    private int _waiting;

    /// <summary>Creates a poller of the running system.</summary>
    /// <exception cref="PlatformException">The system refused: no descriptors left.</exception>
    public ReadinessPoller() => _backend = Create();

    /// <summary>The mechanism in use: <c>epoll</c>, <c>kqueue</c> or <c>afd</c>.</summary>
    public string Mechanism => _backend.Name;

    /// <summary>True when an edge-triggered registration must be re-armed by <see cref="Rearm"/> after a call on the descriptor
    /// would have blocked (Windows).</summary>
    public bool NeedsRearm => _backend.NeedsRearm;

    /// <summary>Registers a descriptor.</summary>
    /// <param name="descriptor">A descriptor (Unix) or socket (Windows) that the caller keeps open while registered.</param>
    /// <param name="token">Comes back with every event; any value but <see cref="ReservedToken"/>.</param>
    /// <param name="interest">What to wait for.</param>
    /// <returns>Success, or why not: already registered (macOS replaces the registration instead), or not pollable (a regular
    /// file).</returns>
    /// <exception cref="ArgumentException">A negative descriptor, the reserved token, or unknown interest bits.</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public NativeError TryAdd(nint descriptor, ulong token, PollInterest interest)
    {
        Check(descriptor, token, interest);
        return _backend.Add(descriptor, token, interest);
    }

    /// <summary>Registers a descriptor.</summary>
    /// <param name="descriptor">A descriptor (Unix) or socket (Windows) that the caller keeps open while registered.</param>
    /// <param name="token">Comes back with every event; any value but <see cref="ReservedToken"/>.</param>
    /// <param name="interest">What to wait for.</param>
    /// <exception cref="ArgumentException">A negative descriptor, the reserved token, or unknown interest bits.</exception>
    /// <exception cref="PlatformException">Already registered, or not pollable (a regular file).</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public void Add(nint descriptor, ulong token, PollInterest interest) =>
        TryAdd(descriptor, token, interest).ThrowIfError("register with poller");

    /// <summary>Registers a handle, which the caller keeps open while registered.</summary>
    /// <exception cref="ArgumentNullException">The handle is null.</exception>
    /// <exception cref="ArgumentException">The reserved token, or unknown interest bits.</exception>
    /// <exception cref="PlatformException">Already registered, or not pollable (a regular file).</exception>
    /// <exception cref="ObjectDisposedException">The poller or the handle is closed.</exception>
    public void Add(SystemHandle handle, ulong token, PollInterest interest)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using HandleLease lease = handle.Lease();
        Add(lease.Value, token, interest);
    }

    /// <summary>Changes token and interest of a registered descriptor, and arms a one-shot registration again.</summary>
    /// <exception cref="ArgumentException">A negative descriptor, the reserved token, or unknown interest bits.</exception>
    /// <exception cref="PlatformException">Not registered.</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public void Modify(nint descriptor, ulong token, PollInterest interest) =>
        TryModify(descriptor, token, interest).ThrowIfError("change registration");

    /// <summary>Changes token and interest of a registered descriptor, or says why not.</summary>
    /// <exception cref="ArgumentException">A negative descriptor, the reserved token, or unknown interest bits.</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public NativeError TryModify(nint descriptor, ulong token, PollInterest interest)
    {
        Check(descriptor, token, interest);
        return _backend.Modify(descriptor, token, interest);
    }

    /// <summary>Changes token and interest of a registered handle.</summary>
    /// <exception cref="ArgumentNullException">The handle is null.</exception>
    /// <exception cref="ArgumentException">The reserved token, or unknown interest bits.</exception>
    /// <exception cref="PlatformException">Not registered.</exception>
    /// <exception cref="ObjectDisposedException">The poller or the handle is closed.</exception>
    public void Modify(SystemHandle handle, ulong token, PollInterest interest)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using HandleLease lease = handle.Lease();
        Modify(lease.Value, token, interest);
    }

    /// <summary>Removes a descriptor. Events already returned by <see cref="Wait"/> are the caller's to ignore.</summary>
    /// <returns>Success, or an error of kind not-found when it was not registered.</returns>
    /// <exception cref="ArgumentException">A negative descriptor.</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public NativeError Remove(nint descriptor)
    {
        Check(descriptor, 0, PollInterest.None);
        return _backend.Remove(descriptor);
    }

    /// <summary>Removes a handle.</summary>
    /// <returns>Success, or an error of kind not-found when it was not registered.</returns>
    /// <exception cref="ArgumentNullException">The handle is null.</exception>
    /// <exception cref="ObjectDisposedException">The poller or the handle is closed.</exception>
    public NativeError Remove(SystemHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using HandleLease lease = handle.Lease();
        return Remove(lease.Value);
    }

    /// <summary>Arms an edge-triggered registration again after a call on the descriptor would have blocked. Does nothing where
    /// the system does so itself; see <see cref="NeedsRearm"/>.</summary>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public void Rearm(nint descriptor)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        _backend.Rearm(descriptor);
    }

    /// <summary>Waits for events.</summary>
    /// <param name="events">Receives up to <see cref="MaxBatch"/> events.</param>
    /// <param name="timeout">How long to wait: zero looks and returns, <see cref="Timeout.InfiniteTimeSpan"/> waits without end.
    /// Kept to the nanosecond where the system can, otherwise rounded up to a millisecond.</param>
    /// <returns>The number of events; 0 when the time is up, after a <see cref="Wake"/>, or when a signal came first.</returns>
    /// <exception cref="ArgumentException">An empty span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative time other than the infinite one.</exception>
    /// <exception cref="ObjectDisposedException">The poller is closed, before or during the wait.</exception>
    public int Wait(Span<PollEvent> events, TimeSpan timeout)
    {
        if (events.IsEmpty) throw new ArgumentException("There must be room for an event.", nameof(events));
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        long nanoseconds = timeout < TimeSpan.Zero ? -1 : Math.Min(timeout.Ticks, long.MaxValue / 100) * 100;
        if (events.Length > MaxBatch) events = events[..MaxBatch];
        // The count and the flag are each written before the other is read, so that either this wait sees the flag or Dispose
        // sees the count: the last of the two closes the descriptor.
        Interlocked.Increment(ref _waiting);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
            _backend.Wait(events, nanoseconds, out int count).ThrowIfError("poll");
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
            return count;
        }
        finally
        {
            if (Interlocked.Decrement(ref _waiting) == 0 && Volatile.Read(ref _closed) != 0) CloseOnce();
        }
    }

    /// <summary>Makes the current <see cref="Wait"/>, or the next one when none is current, return at once. Wakes that come
    /// before the return count as one. Callable from any thread.</summary>
    /// <exception cref="ObjectDisposedException">The poller is closed.</exception>
    public void Wake()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        _backend.Wake();
    }

    /// <summary>Closes the poller; a wait in another thread ends with <see cref="ObjectDisposedException"/>. The registered
    /// descriptors stay open.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        if (Volatile.Read(ref _waiting) == 0) CloseOnce();
        else _backend.Wake();
    }

    private void CloseOnce()
    {
        if (Interlocked.Exchange(ref _closed, 2) == 1) _backend.Close();
    }

    private void Check(nint descriptor, ulong token, PollInterest interest)
    {
        const PollInterest Known = PollInterest.Readable | PollInterest.Writable | PollInterest.ReadClosed | PollInterest.Priority
            | PollInterest.EdgeTriggered | PollInterest.OneShot | PollInterest.Exclusive;
        ArgumentOutOfRangeException.ThrowIfNegative(descriptor);
        if (token == ReservedToken) throw new ArgumentException("This token is reserved.", nameof(token));
        if ((interest & ~Known) != 0) throw new ArgumentException($"Unknown interest {interest & ~Known}.", nameof(interest));
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
    }

    private static PollerBackend Create() =>
        Host.IsWindows ? new AfdPoller()
        : Host.IsDarwin ? new KqueuePoller()
        : new EpollPoller();
}
