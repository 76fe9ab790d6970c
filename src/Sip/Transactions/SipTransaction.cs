using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>
/// What the four transactions have in common: three timers, the repeat interval, and carrying out the actions of a row. The state tables
/// are in files of their own (…Table.cs). Belongs to the loop's thread.
/// <para>Most of its life a transaction only waits for repeats (32 s as a rule), and there are as many of these as calls in that time. So a user that
/// has done with one releases it: what stays is its key, its timers and the bytes that a repeat is answered with.</para>
/// </summary>
public abstract class SipTransaction
{
    private SipRequest? _request;
    private SipTimer? _retransmit;
    private SipTimer? _timeout;
    private SipTimer? _linger;
    private TimeSpan _retransmitInterval;
    private SipTimer? _sendFailure;

    private protected SipTransaction(SipTransactionLayer layer, SipRequest request)
    {
        Layer = layer;
        _request = request;
        Number = layer.NextNumber();
    }

    /// <summary>The request that began the transaction.</summary>
    /// <exception cref="InvalidOperationException">The transaction was released.</exception>
    public SipRequest Request => _request ?? throw new InvalidOperationException("The transaction was released; its request is gone.");

    /// <summary>For the user: finds its own object again in callbacks.</summary>
    public object? UserState { get; set; }

    /// <summary>True at the end: no timer runs, nothing is matched any more.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>One more for each transaction of the layer.</summary>
    internal long Number { get; }

    internal SipTransactionLayer Layer { get; }

    /// <summary>The flow that the transaction sends on; null before it is known.</summary>
    internal abstract SipFlow? SendFlow { get; }

    private protected SipTimerSettings Timers => Layer.Options.Timers;

    private protected bool IsReliable => SendFlow?.IsReliable ?? false;

    /// <summary>Longest repeat interval in the present state.</summary>
    private protected abstract TimeSpan RetransmitIntervalLimit { get; }

    /// <summary>Shortest repeat interval in the present state (a non-INVITE request in Proceeding goes to T2 at once, RFC 3261 §17.1.2.2).</summary>
    private protected virtual TimeSpan RetransmitIntervalFloor => TimeSpan.Zero;

    /// <summary>How long the present state lasts that <see cref="TransactionActions.StartLinger"/> entered.</summary>
    private protected abstract TimeSpan LingerDuration { get; }

    /// <summary>The connection failed that the transaction sends on.</summary>
    internal abstract void OnTransportError();

    /// <summary>Ends the transaction without a word to its user.</summary>
    internal void Terminate()
    {
        if (IsTerminated)
        {
            return;
        }

        IsTerminated = true;
        _retransmit?.Stop();
        _timeout?.Stop();
        _linger?.Stop();
        _sendFailure?.Stop();
        Layer.Remove(this);
    }

    /// <summary>Forgets the request, and the timers that have done their work: from now on only repeats are answered.</summary>
    private protected void DropRequest()
    {
        _request = null;
        _retransmit = _retransmit is { IsRunning: true } ? _retransmit : null;
        _timeout = _timeout is { IsRunning: true } ? _timeout : null;
    }

    private protected abstract void OnRetransmitTimer();

    private protected abstract void OnTimeoutTimer();

    private protected abstract void OnLingerTimer();

    /// <summary>
    /// Starts a timer whose firing reports a send that failed: later, so that no callback comes from inside the user's own call.
    /// </summary>
    private protected void ReportSendFailureLater()
    {
        _sendFailure ??= Layer.Loop.CreateTimer(static state => ((SipTransaction)state!).OnTransportError(), this);
        _sendFailure.Start(TimeSpan.Zero);
    }

    /// <summary>The timers of a row. A state that lasts no time at all (reliable transports) ends through <see cref="OnLingerTimer"/> at once.</summary>
    private protected void RunTimers(TransactionActions actions)
    {
        if (actions.HasFlag(TransactionActions.StopRetransmit))
        {
            _retransmit?.Stop();
        }

        if (actions.HasFlag(TransactionActions.StopTimeout))
        {
            _timeout?.Stop();
        }

        if (actions.HasFlag(TransactionActions.StartRetransmit) && !IsReliable)
        {
            _retransmitInterval = Timers.T1;
            StartRetransmit();
        }

        if (actions.HasFlag(TransactionActions.RestartRetransmit))
        {
            TimeSpan next = _retransmitInterval * 2;
            next = next < RetransmitIntervalLimit ? next : RetransmitIntervalLimit;
            _retransmitInterval = next > RetransmitIntervalFloor ? next : RetransmitIntervalFloor;
            StartRetransmit();
        }

        if (actions.HasFlag(TransactionActions.StartTimeout))
        {
            StartTimeout(Timers.Timeout);
        }

        if (actions.HasFlag(TransactionActions.StartProceedingLimit))
        {
            StartTimeout(ProceedingLimit);
        }

        if (actions.HasFlag(TransactionActions.StartLinger))
        {
            TimeSpan duration = LingerDuration;
            if (duration > TimeSpan.Zero)
            {
                _linger ??= Layer.Loop.CreateTimer(static state => ((SipTransaction)state!).OnLingerTimer(), this);
                _linger.Start(duration);
            }
            else
            {
                OnLingerTimer();
            }
        }
    }

    /// <summary>Length of <see cref="TransactionActions.StartProceedingLimit"/>.</summary>
    private protected virtual TimeSpan ProceedingLimit => Timers.ProceedingLimit;

    private protected void StartTimeout(TimeSpan duration)
    {
        _timeout ??= Layer.Loop.CreateTimer(static state => ((SipTransaction)state!).OnTimeout(), this);
        _timeout.Start(duration);
    }

    /// <summary>How long after its time timer A, E or G fires now.</summary>
    private protected TimeSpan RetransmitLateness => _retransmit!.Lateness;

    /// <summary>The repeat that is due comes later; the interval stays.</summary>
    private protected void DelayRetransmit(TimeSpan delay) => _retransmit!.Start(delay);

    /// <summary>No repeat in the time that is added: one was due before, and has just left when it was to leave at all.</summary>
    private void OnTimeout()
    {
        if (_timeout!.TryPostpone(Timers.T2))
        {
            _retransmit?.Stop();
        }
        else
        {
            OnTimeoutTimer();
        }
    }

    private void StartRetransmit()
    {
        _retransmit ??= Layer.Loop.CreateTimer(static state => ((SipTransaction)state!).OnRetransmitTimer(), this);
        _retransmit.Start(_retransmitInterval);
    }
}
