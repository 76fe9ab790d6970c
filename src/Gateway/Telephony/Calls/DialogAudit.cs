using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Asks the other ends of calls whether they are still there: all of them after a restart, since some hung up while nobody listened, and each again after every
/// period, since a BYE can be lost and a phone can lose its power; its agent would talk to no one for ever. Paced, so that thousands of calls do not answer at once. SIP thread.
/// </summary>
internal sealed class DialogAudit
{
    private const int TickMs = 50;
    private const int TicksPerSecond = 1_000 / TickMs;

    /// <summary>Our 200 goes out after a restart, and again after 0.5 and 1.5 s: one packet lost is no end of a call.</summary>
    private const int UnacknowledgedAfterTicks = 2 * TicksPerSecond;

    private readonly Queue<(CallSession Call, bool IsRestored)> _waiting = new();
    private readonly Queue<(CallSession Call, long AtTick)> _unacknowledged = new();
    private readonly SipLoop _loop;
    private readonly SipTimer _tick;
    private readonly TimeSpan _period;
    private readonly int _perTick;
    private long _ticks;

    /// <param name="loop">Runs it.</param>
    /// <param name="limitPerSecond">Most calls asked after in a second.</param>
    /// <param name="period">How long after a call began, or was asked after, it is asked after again.</param>
    public DialogAudit(SipLoop loop, int limitPerSecond, TimeSpan period)
    {
        _loop = loop;
        _period = period;
        _perTick = Math.Max(1, limitPerSecond / TicksPerSecond);
        _tick = loop.CreateTimer(static state => ((DialogAudit)state!).Tick(), this);
    }

    /// <summary>A call that was taken up after a restart.</summary>
    public void AddRestored(CallSession call) => Add(call, isRestored: true);

    /// <summary>A call that lasts is asked after when the period is over.</summary>
    public void Watch(CallSession call)
    {
        call.NextAudit ??= _loop.CreateTimer(_ => Add(call, isRestored: false), null);
        call.NextAudit.Start(_period);
    }

    public void Stop()
    {
        _waiting.Clear();
        _unacknowledged.Clear();
        _tick.Stop();
    }

    private void Add(CallSession call, bool isRestored)
    {
        _waiting.Enqueue((call, isRestored));
        if (!_tick.IsRunning)
        {
            _tick.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }

    private void Tick()
    {
        _ticks++;
        int left = _perTick;
        for (; left > 0 && _waiting.TryDequeue(out var next); left--)
        {
            if (next.Call.IsRemoved)
            {
                continue;
            }

            // Outside a restart, who owes an ACK is waited for during 64·T1 and no longer.
            if (next.Call.Audit(next.IsRestored) && next.IsRestored)
            {
                _unacknowledged.Enqueue((next.Call, _ticks + UnacknowledgedAfterTicks));
            }

            Watch(next.Call);
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
