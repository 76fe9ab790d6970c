using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// After a restart, asks the other ends of all calls whether they are still there: whoever hung up while nobody listened is found out. Paced,
/// so that thousands of calls do not answer at once. SIP thread.
/// </summary>
internal sealed class DialogAudit
{
    private const int TickMs = 50;
    private const int TicksPerSecond = 1_000 / TickMs;

    /// <summary>Our 200 goes out after a restart, and again after 0.5 and 1.5 s: one packet lost is no end of a call.</summary>
    private const int UnacknowledgedAfterTicks = 2 * TicksPerSecond;

    private readonly Queue<CallSession> _waiting = new();
    private readonly Queue<(CallSession Call, long AtTick)> _unacknowledged = new();
    private readonly SipTimer _tick;
    private readonly int _perTick;
    private long _ticks;

    /// <param name="loop">Runs it.</param>
    /// <param name="limitPerSecond">Most calls asked after in a second.</param>
    public DialogAudit(SipLoop loop, int limitPerSecond)
    {
        _perTick = Math.Max(1, limitPerSecond / TicksPerSecond);
        _tick = loop.CreateTimer(static state => ((DialogAudit)state!).Tick(), this);
    }

    public void Add(CallSession call)
    {
        _waiting.Enqueue(call);
        if (!_tick.IsRunning)
        {
            _tick.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }

    public void Stop()
    {
        _waiting.Clear();
        _unacknowledged.Clear();
        _tick.Stop();
    }

    private void Tick()
    {
        _ticks++;
        int left = _perTick;
        for (; left > 0 && _waiting.TryDequeue(out var call); left--)
        {
            if (call.Audit())
            {
                _unacknowledged.Enqueue((call, _ticks + UnacknowledgedAfterTicks));
            }
        }

        for (; left > 0 && _unacknowledged.TryPeek(out var next) && next.AtTick <= _ticks; left--)
        {
            _unacknowledged.Dequeue().Call.AuditUnacknowledged();
        }

        if (_waiting.Count + _unacknowledged.Count > 0)
        {
            _tick.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }
}
