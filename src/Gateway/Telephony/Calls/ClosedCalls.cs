using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Domains;
using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Calls that are over and freed, until their domain is told that nothing is left to say about them (<see cref="CallsClosed"/>): together, one command in a
/// second, so that it costs no commit for each. Not at once: an answer that was lost is asked for again (RFC 3261 §17.1.2.2, at 0.5, 1.5, 3.5 s), and after a
/// restart only a call that the domain still has can answer. SIP thread.
/// <para>Calls that had ended before a restart and were taken up to end them again stay here for 64·T1, to answer repeats; the domain is told as soon as every leg has
/// answered. Else lives shorter than that would each end all the calls again that ended in all of them, and the next would be shorter still.</para>
/// </summary>
internal sealed class ClosedCalls
{
    private const int TickMs = 1_000;
    private const int DelayTicks = 5;

    private readonly DomainLink _domains;
    private readonly GatewayId _gateway;
    private readonly Queue<(DomainId Domain, CallId Call, long Tick)> _waiting = new();
    private readonly List<CallSession> _ended = [];
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
        Run();
    }

    /// <summary>A call that had ended before a restart, and whose legs are told so again.</summary>
    public void AddEnded(CallSession call)
    {
        _ended.Add(call);
        Run();
    }

    public void Stop()
    {
        _waiting.Clear();
        _ended.Clear();
        _timer.Stop();
    }

    private void Tick()
    {
        _tick++;
        List<(DomainId Domain, List<CallId> Calls)> batches = [];
        while (_waiting.TryPeek(out var first) && first.Tick + DelayTicks <= _tick)
        {
            _waiting.Dequeue();
            Put(batches, first.Domain, first.Call);
        }

        foreach (var ended in _ended.Where(static ended => ended is { IsClosed: false, IsSettled: true }))
        {
            ended.IsClosed = true;
            Put(batches, ended.Domain, ended.Call);
        }

        _ended.RemoveAll(static ended => ended.IsClosed);
        foreach (var (domain, calls) in batches)
        {
            _domains.Send(domain, new CallsClosed(_gateway, calls), repeats: true, static _ => { });
        }

        if (_waiting.Count + _ended.Count > 0)
        {
            Run();
        }
    }

    private void Run()
    {
        if (!_timer.IsRunning)
        {
            _timer.Start(TimeSpan.FromMilliseconds(TickMs));
        }
    }

    private static void Put(List<(DomainId Domain, List<CallId> Calls)> batches, DomainId domain, CallId call)
    {
        var batch = batches.Find(batch => batch.Domain == domain && batch.Calls.Count < CallsClosed.LimitCalls);
        if (batch.Calls is null)
        {
            batches.Add(batch = (domain, []));
        }

        batch.Calls.Add(call);
    }
}
