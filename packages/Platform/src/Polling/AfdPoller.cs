using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Windows;
using Gabbro.Platform.Sockets;
using static Gabbro.Platform.Native.Windows.NtAfd;

namespace Gabbro.Platform.Polling;

/// <summary>
/// Readiness on Windows: one AFD poll per socket, completing into a completion port. A poll fires once, so a level-triggered
/// registration is submitted again at the start of the next wait, and an edge-triggered one keeps polling only for
/// directions it has not reported until <see cref="Rearm"/>.
/// </summary>
internal sealed unsafe class AfdPoller : PollerBackend
{
    /// <summary>Sockets sharing one AFD handle. The driver walks the polls of a handle on every change, so large groups cost
    /// quadratic time; mio settled on the same number.</summary>
    private const int GroupSize = 32;

    private readonly Lock _lock = new();
    private readonly nint _port;
    private readonly List<(nint Device, int Count)> _devices = [];
    private readonly Dictionary<nint, AfdRegistration> _registrations = [];
    private readonly Queue<AfdRegistration> _queue = new();
    private int _pending;
    private int _wakePosted;

    internal AfdPoller()
    {
        _port = IoApi.CreateIoCompletionPort(-1, 0, 0, 0);
        if (_port == 0) NativeError.Last().Throw("CreateIoCompletionPort");
    }

    internal override string Name => "afd";

    internal override bool NeedsRearm => true;

    internal override NativeError Add(nint descriptor, ulong token, PollInterest interest)
    {
        lock (_lock)
        {
            if (_registrations.ContainsKey(descriptor)) return NativeError.Of(ErrorKind.AlreadyExists);
            nint baseSocket = 0;
            uint returned = 0;
            if (Ws2_32.WSAIoctl(descriptor, WinSocket.SIO_BASE_HANDLE, null, 0, &baseSocket, (uint)sizeof(nint), &returned, null, null) != 0)
            {
                return NativeError.Last();
            }

            NativeError error = TakeDevice(out nint device);
            if (error.IsError) return error;
            AfdRegistration registration = new(descriptor, baseSocket, device)
            {
                Token = token,
                Interest = interest,
                Wanted = Translate(interest),
            };
            error = SubmitUnsynchronized(registration);
            if (error.IsError)
            {
                registration.Free();
                ReleaseDeviceUnsynchronized(device);
                return error;
            }

            _registrations.Add(descriptor, registration);
            return default;
        }
    }

    internal override NativeError Modify(nint descriptor, ulong token, PollInterest interest)
    {
        lock (_lock)
        {
            if (!_registrations.TryGetValue(descriptor, out AfdRegistration? registration))
                return NativeError.Of(ErrorKind.NotFound);
            registration.Token = token;
            registration.Interest = interest;
            registration.Wanted = Translate(interest);
            // The pending poll asks for the wrong events: cancel it, and its completion submits the right one.
            return registration.IsPending ? CancelUnsynchronized(registration) : SubmitUnsynchronized(registration);
        }
    }

    internal override NativeError Remove(nint descriptor)
    {
        lock (_lock)
        {
            if (!_registrations.Remove(descriptor, out AfdRegistration? registration)) return NativeError.Of(ErrorKind.NotFound);
            RetireUnsynchronized(registration);
            return default;
        }
    }

    internal override void Rearm(nint descriptor)
    {
        lock (_lock)
        {
            if (!_registrations.TryGetValue(descriptor, out AfdRegistration? registration)) return;
            uint all = Translate(registration.Interest);
            if (registration.Wanted == all && registration.IsPending) return;
            registration.Wanted = all;
            if (registration.IsPending) CancelUnsynchronized(registration);
            else SubmitUnsynchronized(registration);
        }
    }

    [SkipLocalsInit]
    internal override NativeError Wait(Span<PollEvent> events, long nanoseconds, out int count)
    {
        OverlappedEntry* entries = stackalloc OverlappedEntry[events.Length];
        long deadline = nanoseconds < 0 ? long.MaxValue : Environment.TickCount64 + ToMilliseconds(nanoseconds);
        uint milliseconds = nanoseconds < 0 ? uint.MaxValue : (uint)ToMilliseconds(nanoseconds);
        while (true)
        {
            lock (_lock)
            {
                while (_queue.TryDequeue(out AfdRegistration? registration))
                {
                    registration.IsQueued = false;
                    if (registration.IsRemoved) FreeUnsynchronized(registration);
                    else if (!registration.IsPending) SubmitUnsynchronized(registration);
                }
            }

            uint removed = 0;
            count = 0;
            if (IoApi.GetQueuedCompletionStatusEx(_port, entries, (uint)events.Length, &removed, milliseconds, 0) == 0)
            {
                NativeError error = NativeError.Last();
                return error.Code == Win32Errors.WAIT_TIMEOUT ? default : error;
            }

            bool woken = false;
            lock (_lock)
            {
                for (uint i = 0; i < removed; i++)
                {
                    if (entries[i].lpOverlapped == null)
                    {
                        woken = true;
                        Volatile.Write(ref _wakePosted, 0);
                    }
                    else if (CompleteUnsynchronized((AfdOperation*)entries[i].lpOverlapped, out PollEvent item))
                    {
                        events[count++] = item;
                    }
                }
            }

            // A batch of nothing but cancelled polls is no news to the caller.
            if (count > 0 || woken) return default;
            if (nanoseconds < 0) continue;
            long left = deadline - Environment.TickCount64;
            if (left <= 0) return default;
            milliseconds = (uint)left;
        }
    }

    internal override void Wake()
    {
        if (Interlocked.Exchange(ref _wakePosted, 1) == 0) IoApi.PostQueuedCompletionStatus(_port, 0, 0, null);
    }

    internal override void Close()
    {
        lock (_lock)
        {
            foreach (AfdRegistration registration in _registrations.Values) RetireUnsynchronized(registration);
            _registrations.Clear();
            // The kernel writes into the memory of a poll until it completes: wait for every one.
            while (_pending > 0)
            {
                OverlappedEntry entry;
                uint removed = 0;
                if (IoApi.GetQueuedCompletionStatusEx(_port, &entry, 1, &removed, uint.MaxValue, 0) == 0) break;
                if (entry.lpOverlapped != null) CompleteUnsynchronized((AfdOperation*)entry.lpOverlapped, out _);
            }

            while (_queue.TryDequeue(out AfdRegistration? queued)) FreeUnsynchronized(queued);
            foreach ((nint device, _) in _devices) Kernel32.CloseHandle(device);
            Kernel32.CloseHandle(_port);
        }
    }

    private bool CompleteUnsynchronized(AfdOperation* operation, out PollEvent item)
    {
        item = default;
        AfdRegistration registration = AfdRegistration.From(operation);
        registration.IsPending = false;
        _pending--;
        if (registration.IsRemoved)
        {
            FreeUnsynchronized(registration);
            return false;
        }

        int status = operation->Status.Status;
        uint reported = operation->Info.NumberOfHandles > 0 ? operation->Info.Events & registration.Wanted : 0;
        if (status == STATUS_CANCELLED || (status >= 0 && reported == 0))
        {
            // Cancelled by Modify or Rearm: poll for what is wanted now.
            SubmitUnsynchronized(registration);
            return false;
        }

        if (status >= 0 && (reported & AfdPollInfo.LocalClose) != 0)
        {
            // Closed without Remove: like epoll, forget the registration in silence.
            _registrations.Remove(registration.Socket);
            FreeUnsynchronized(registration);
            return false;
        }

        PollReadiness readiness = status < 0 ? PollReadiness.Error : Translate(reported);
        item = new PollEvent(registration.Token, readiness);
        if ((registration.Interest & PollInterest.OneShot) != 0)
        {
            registration.Wanted = 0;
        }
        else if ((registration.Interest & PollInterest.EdgeTriggered) != 0)
        {
            registration.Wanted &= ~reported;
            if ((registration.Wanted & (AfdPollInfo.Receive | AfdPollInfo.Send | AfdPollInfo.Accept)) != 0) QueueUnsynchronized(registration);
        }
        else
        {
            QueueUnsynchronized(registration);
        }

        return true;
    }

    private void QueueUnsynchronized(AfdRegistration registration)
    {
        if (registration.IsQueued) return;
        registration.IsQueued = true;
        _queue.Enqueue(registration);
    }

    private NativeError SubmitUnsynchronized(AfdRegistration registration)
    {
        AfdOperation* operation = registration.Operation;
        operation->Status = default;
        operation->Status.Status = STATUS_PENDING;
        operation->Info = new AfdPollInfo
        {
            Timeout = long.MaxValue,
            NumberOfHandles = 1,
            Handle = registration.BaseSocket,
            Events = registration.Wanted,
        };
        int status = NtDeviceIoControlFile(registration.Device, 0, null, operation, &operation->Status, IOCTL_AFD_POLL,
            &operation->Info, (uint)sizeof(AfdPollInfo), &operation->Info, (uint)sizeof(AfdPollInfo));
        if (status < 0) return NativeError.FromNtStatus(status);
        registration.IsPending = true;
        _pending++;
        return default;
    }

    private static NativeError CancelUnsynchronized(AfdRegistration registration)
    {
        // The poll may have completed already; then its completion is in the port and there is nothing to cancel.
        IoStatusBlock ignored;
        int status = NtCancelIoFileEx(registration.Device, &registration.Operation->Status, &ignored);
        return status is >= 0 or STATUS_NOT_FOUND ? default : NativeError.FromNtStatus(status);
    }

    private void RetireUnsynchronized(AfdRegistration registration)
    {
        registration.IsRemoved = true;
        if (registration.IsPending) CancelUnsynchronized(registration);
        else if (!registration.IsQueued) FreeUnsynchronized(registration);
    }

    private void FreeUnsynchronized(AfdRegistration registration)
    {
        if (registration.IsPending || registration.IsQueued && _queue.Contains(registration)) return;
        ReleaseDeviceUnsynchronized(registration.Device);
        registration.Free();
    }

    private NativeError TakeDevice(out nint device)
    {
        for (int i = 0; i < _devices.Count; i++)
        {
            if (_devices[i].Count == GroupSize) continue;
            device = _devices[i].Device;
            _devices[i] = (device, _devices[i].Count + 1);
            return default;
        }

        NativeError error = OpenDevice(out device);
        if (!error.IsError) _devices.Add((device, 1));
        return error;
    }

    private void ReleaseDeviceUnsynchronized(nint device)
    {
        int index = _devices.FindIndex(entry => entry.Device == device);
        _devices[index] = (device, _devices[index].Count - 1);
    }

    private NativeError OpenDevice(out nint device)
    {
        nint handle = 0;
        fixed (char* text = @"\Device\Afd\Gabbro")
        {
            ushort length = (ushort)(@"\Device\Afd\Gabbro".Length * sizeof(char));
            UnicodeString name = new() { Length = length, MaximumLength = length, Buffer = (ushort*)text };
            ObjectAttributes attributes = new() { Length = (uint)sizeof(ObjectAttributes), ObjectName = &name };
            IoStatusBlock status;
            int result = NtCreateFile(
                &handle, SYNCHRONIZE, &attributes, &status, null, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, null, 0);
            device = handle;
            if (result < 0) return NativeError.FromNtStatus(result);
        }

        NativeError error = default;
        if (IoApi.CreateIoCompletionPort(handle, _port, 0, 0) == 0) error = NativeError.Last();
        // FILE_SKIP_SET_EVENT_ON_HANDLE: nobody waits on the handle itself.
        else if (IoApi.SetFileCompletionNotificationModes(handle, 2) == 0) error = NativeError.Last();
        if (error.IsError) Kernel32.CloseHandle(handle);
        return error;
    }

    private static long ToMilliseconds(long nanoseconds) => Math.Min((nanoseconds + 999_999) / 1_000_000, int.MaxValue);

    private static uint Translate(PollInterest interest)
    {
        uint events = AfdPollInfo.Abort | AfdPollInfo.ConnectFail | AfdPollInfo.LocalClose;
        if ((interest & PollInterest.Readable) != 0) events |= AfdPollInfo.Receive | AfdPollInfo.Accept | AfdPollInfo.Disconnect;
        if ((interest & PollInterest.Writable) != 0) events |= AfdPollInfo.Send;
        if ((interest & PollInterest.ReadClosed) != 0) events |= AfdPollInfo.Disconnect;
        if ((interest & PollInterest.Priority) != 0) events |= AfdPollInfo.ReceiveExpedited;
        return events;
    }

    private static PollReadiness Translate(uint events)
    {
        PollReadiness readiness = PollReadiness.None;
        if ((events & (AfdPollInfo.Receive | AfdPollInfo.Accept)) != 0) readiness |= PollReadiness.Readable;
        if ((events & AfdPollInfo.Disconnect) != 0) readiness |= PollReadiness.Readable | PollReadiness.ReadClosed;
        if ((events & AfdPollInfo.Send) != 0) readiness |= PollReadiness.Writable;
        if ((events & AfdPollInfo.ReceiveExpedited) != 0) readiness |= PollReadiness.Priority;
        if ((events & AfdPollInfo.Abort) != 0) readiness |= PollReadiness.HangUp | PollReadiness.Error;
        if ((events & AfdPollInfo.ConnectFail) != 0) readiness |= PollReadiness.Writable | PollReadiness.HangUp | PollReadiness.Error;
        return readiness;
    }
}
