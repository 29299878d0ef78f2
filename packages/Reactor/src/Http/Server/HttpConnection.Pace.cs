namespace Gabbro.Reactor.Http.Server;

internal sealed partial class HttpConnection
{
    public void BeginSendPace()
    {
        _paceMark = _exchange!.SendLeft;
        _headTimed = false;
        Arm(Smaller(Options.WriteTimeout, Options.RateInterval));
    }

    public void EndSendPace()
    {
        if (_state == State.Closed)
            return;
        _bodyPaced = false;
        if (_exchange is { WantsBody: true })
            BeginBodyPace();
    }

    protected internal override void OnExpired()
    {
        switch (_state)
        {
            case State.Idle:
                _server.NoteTimeout(idle: true);
                Linger();
                break;
            case State.Head:
                _server.NoteTimeout(idle: false);
                Reject(_exchange!, RejectionReason.HeadTimeout);
                if (Pump())
                    Receive();
                break;
            case State.Handling when _exchange!.IsSending:
            case State.Sending:
                CheckSendPace();
                break;
            case State.Handling when _exchange!.WantsBody:
                CheckBodyPace();
                break;
            case State.Handling:
                // The handler is busy with something else: the client is not to blame for the pace.
                _bodyPaced = false;
                break;
            case State.Discarding:
            case State.Lingering:
                Close();
                break;
        }
    }

    private static TimeSpan Smaller(TimeSpan first, TimeSpan second) => first < second ? first : second;

    private void BeginBodyPace()
    {
        _bodyPaced = true;
        _paceMark = _exchange!.BodyReceived;
        Arm(Smaller(Options.BodyTimeout, Options.RateInterval));
    }

    private void CheckBodyPace()
    {
        Exchange exchange = _exchange!;
        TimeSpan interval = Smaller(Options.BodyTimeout, Options.RateInterval);
        long received = exchange.BodyReceived - _paceMark;
        if (received > 0 && received >= Options.MinimumRate * interval.TotalSeconds)
        {
            BeginBodyPace();
            return;
        }

        _server.NoteTimeout(idle: false);
        exchange.FailBody(new HttpRejectedException(RejectionReason.BodyTimeout));
    }

    private void CheckSendPace()
    {
        TimeSpan interval = Smaller(Options.WriteTimeout, Options.RateInterval);
        long taken = _paceMark - _exchange!.SendLeft;
        if (taken > 0 && taken >= Options.MinimumRate * interval.TotalSeconds)
        {
            BeginSendPace();
            return;
        }

        _server.NoteTimeout(idle: false);
        Device.ResetOnClose();
        Close();
    }
}
