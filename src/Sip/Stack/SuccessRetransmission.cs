using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>
/// Repeats a 2xx to INVITE until its ACK comes, over every transport: after T1, then doubling up to T2, for 64·T1 (RFC 3261 §13.3.1.4).
/// The user stops it when the ACK of the dialog arrives. Belongs to the loop's thread.
/// </summary>
public sealed class SuccessRetransmission
{
    private readonly SipOutput _output;
    private readonly SipCounters _counters;
    private readonly SipTimerSettings _timers;
    private readonly int _status;
    private readonly byte[] _bytes;
    private readonly SipFlow _flow;
    private readonly Action<SuccessRetransmission> _onTimeout;
    private readonly SipTimer _repeat;
    private readonly SipTimer _timeout;
    private TimeSpan _interval;

    internal SuccessRetransmission(
        SipLoop loop, SipOutput output, SipCounters counters, SipTimerSettings timers, SipResponse response, SipFlow flow, Action<SuccessRetransmission> onTimeout)
    {
        _output = output;
        _counters = counters;
        _timers = timers;
        _status = response.StatusCode;
        _bytes = output.Write(response);
        _flow = flow;
        _onTimeout = onTimeout;
        _interval = timers.T1;
        _repeat = loop.CreateTimer(static state => ((SuccessRetransmission)state!).Repeat(), this);
        _timeout = loop.CreateTimer(static state => ((SuccessRetransmission)state!).GiveUp(), this);
        _repeat.Start(_interval);
        _timeout.Start(timers.Timeout);
        counters.Add(SipCounter.SuccessRetransmissionLive);
    }

    /// <summary>True until the ACK or the time-out.</summary>
    public bool IsRunning => _timeout.IsRunning;

    /// <summary>The ACK came, or the call has ended. Nothing happens when it was stopped already.</summary>
    public void Stop()
    {
        if (_timeout.IsRunning)
        {
            End();
        }
    }

    private void Repeat()
    {
        _counters.Add(SipCounter.ResponseRetransmitted);
        _output.SendResponse(_flow, _status, _bytes);
        _interval = _interval * 2 < _timers.T2 ? _interval * 2 : _timers.T2;
        _repeat.Start(_interval);
    }

    private void GiveUp()
    {
        if (_timeout.TryPostpone(_timers.T2))
        {
            // The repeat that was due before has just left.
            _repeat.Stop();
            return;
        }

        _counters.Add(SipCounter.SuccessNotAcknowledged);
        End();
        _onTimeout(this);
    }

    private void End()
    {
        _repeat.Stop();
        _timeout.Stop();
        _counters.Add(SipCounter.SuccessRetransmissionLive, -1);
    }
}
