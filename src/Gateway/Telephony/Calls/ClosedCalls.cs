using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Domains;
using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Calls that are over and freed, until their domain is told that nothing is left to say about them (<see cref="CallsClosed"/>): together, one command in a
/// second, so that it costs no commit for each. Not at once: an answer that was lost is asked for again (RFC 3261 §17.1.2.2, at 0.5, 1.5, 3.5 s), and after a
/// restart only a call that the domain still has can answer. SIP thread.
/// </summary>
internal sealed class ClosedCalls
{
    private const int TickMs = 1_000;
    private const int DelayTicks = 5;

    private readonly DomainLink _domains;
    private readonly GatewayId _gateway;
    private readonly Queue<(DomainId Domain, CallId Call, long Tick)> _waiting = new();
    private readonly SipTimer _timer;
    private long _tick;

    public ClosedCalls(SipLoop loop, DomainLink domains, GatewayId gateway)
    {
        _domains = domains;
        _gateway = gateway;
        _timer = loop.CreateTimer(static state => ((ClosedCalls)state!).Tick(), this);
    }

    public void Add(DomainId domain, CallId call)
    {
        _waiting.Enqueue((domain, call, _tick));
        if (!_timer.IsRunning)
        {
            _timer.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }

    public void Stop()
    {
        _waiting.Clear();
        _timer.Stop();
    }

    private void Tick()
    {
        _tick++;
        List<(DomainId Domain, List<CallId> Calls)> batches = [];
        while (_waiting.TryPeek(out var first) && first.Tick + DelayTicks <= _tick)
        {
            _waiting.Dequeue();
            var batch = batches.Find(batch => batch.Domain == first.Domain && batch.Calls.Count < CallsClosed.LimitCalls);
            if (batch.Calls is null)
            {
                batches.Add(batch = (first.Domain, []));
            }

            batch.Calls.Add(first.Call);
        }

        foreach (var (domain, calls) in batches)
        {
            _domains.Send(domain, new CallsClosed(_gateway, calls), repeats: true, static _ => { });
        }

        if (_waiting.Count > 0)
        {
            _timer.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }
}
