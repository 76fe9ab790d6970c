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

    private readonly Queue<CallSession> _waiting = new();
    private readonly SipTimer _tick;
    private readonly int _perTick;

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
        _tick.Stop();
    }

    private void Tick()
    {
        for (int i = 0; i < _perTick && _waiting.TryDequeue(out var call); i++)
        {
            call.Audit();
        }

        if (_waiting.Count > 0)
        {
            _tick.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }
}
