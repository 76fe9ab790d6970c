using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Brings the durable part of a call's legs to its domain, and holds back what must not be done before that is committed. SIP thread.
/// </summary>
/// <param name="services">Of the gateway.</param>
/// <param name="domain">Of the call.</param>
/// <param name="call">The call.</param>
/// <param name="stateOf">The leg as it is now.</param>
/// <param name="onFree">What was held back may be done (<see cref="TryTake"/>).</param>
/// <param name="onAnswerRefused">The domain has no such call, and a 200 is held back that must not leave: the refusal is to take its place (<see cref="TryReplaceAnswer"/>).</param>
internal sealed class LegSaves(GatewayServices services, DomainId domain, CallId call, Func<LegRef, LegState> stateOf, Action onFree, Action onAnswerRefused)
{
    private const int LimitMs = 1_000;
    private const int AgainMs = 500;
    private const int LeaseAgainMs = 250;

    private Queue<CallAction> _held = new();
    private readonly List<LegRef> _unsaved = [];
    private SipTimer? _limit;
    private SipTimer? _again;
    private int _number;
    private bool _isAwaited;
    private bool _isAnswered;
    private bool _isRefused;
    private bool _isOver;

    /// <summary>How many actions are held back.</summary>
    public int HeldCount => _held.Count;

    /// <summary>True when the action waits for a save: it is kept until then.</summary>
    public bool TryHold(CallAction action)
    {
        bool isHeld = _isAwaited && action.WaitsForSave;
        if (isHeld)
        {
            _held.Enqueue(action);
        }

        return isHeld;
    }

    /// <summary>The next one that waits no longer.</summary>
    public bool TryTake([NotNullWhen(true)] out CallAction? action)
    {
        action = null;
        return !_isAwaited && _held.TryDequeue(out action);
    }

    /// <summary>True when this is a refusal and a 200 is held back: the INVITE has one final response, and it is this.</summary>
    public bool TryReplaceAnswer(CallAction action)
    {
        if (action is not CallAction.Reject || !HoldsAnswer)
        {
            return false;
        }

        _held = new Queue<CallAction>(_held.Select(held => held is CallAction.AnswerCall ? action : held));
        return true;
    }

    /// <summary>Sends the leg's state.</summary>
    public void Save(CallAction.Save save)
    {
        int number = ++_number;
        if (save.Before)
        {
            (_isAwaited, _isAnswered, _isRefused) = (true, false, false);
            _limit ??= services.Loop.CreateTimer(static state => ((LegSaves)state!).Release(), this);
            _limit.Start(TimeSpan.FromMilliseconds(LimitMs));
        }

        services.Domains.Send(domain, new LegChanged(call, stateOf(save.Leg)), repeats: false, reply => OnSaved(save.Leg, number, reply));
    }

    /// <summary>The call is over: nothing is saved again.</summary>
    public void Finish() => _isOver = true;

    /// <summary>Nothing that was held back will be done.</summary>
    public void Abandon()
    {
        _held.Clear();
        Stop();
    }

    /// <summary>Nothing is left of the call.</summary>
    public void Stop()
    {
        _isOver = true;
        _limit?.Stop();
        _again?.Stop();
    }

    private void OnSaved(LegRef leg, int number, CommandReply reply)
    {
        if (reply.Code == ReplyCode.Unavailable && !_isOver)
        {
            SaveLater(leg);
        }

        if (_isAwaited && number == _number)
        {
            (_isAnswered, _isRefused) = (true, reply.Code == ReplyCode.NotFound);
            Release();
        }
    }

    private bool HoldsAnswer => _held.Any(static action => action is CallAction.AnswerCall);

    /// <summary>
    /// The record is stored, or the store stalls: a caller on the line is better served than kept waiting for a record. But a process that was frozen for longer than its lease does not answer a caller whose call the domain may have ended since: its next life would refuse a caller
    /// who was answered. The domain is asked, and when it gave this life up, nothing held is ever done.
    /// </summary>
    private void Release()
    {
        bool holdsAnswer = HoldsAnswer;
        if (holdsAnswer && !services.Domains.LeaseIsCurrent(domain))
        {
            _limit!.Start(TimeSpan.FromMilliseconds(LeaseAgainMs));
            return;
        }

        if (holdsAnswer && _isRefused)
        {
            onAnswerRefused();
        }
        else if (!_isAnswered)
        {
            services.Counters.Add(SipGatewayCounter.StallsOverridden);
        }

        _limit!.Stop();
        _isAwaited = false;
        onFree();
    }

    /// <summary>
    /// The domain could not take the record. Not the same one again, which could undo a younger one: the leg's state of then.
    /// </summary>
    private void SaveLater(LegRef leg)
    {
        if (!_unsaved.Contains(leg))
        {
            _unsaved.Add(leg);
        }

        _again ??= services.Loop.CreateTimer(static state => ((LegSaves)state!).SaveAgain(), this);
        if (!_again.IsRunning)
        {
            _again.Start(TimeSpan.FromMilliseconds(AgainMs));
        }
    }

    private void SaveAgain()
    {
        if (_isAwaited)
        {
            // One that others wait for is under way: it must stay the last.
            _again!.Start(TimeSpan.FromMilliseconds(AgainMs));
            return;
        }

        LegRef[] legs = [.. _unsaved];
        _unsaved.Clear();
        foreach (var leg in legs)
        {
            services.Counters.Add(SipGatewayCounter.CommandsRepeated);
            Save(new CallAction.Save(leg, Before: false));
        }
    }
}
