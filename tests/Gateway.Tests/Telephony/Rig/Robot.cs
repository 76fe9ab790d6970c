using Routing.Sip.Messages;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>Plays a person with a phone: does what phones do by themselves, and answers when it rings.</summary>
internal sealed class Robot(Phone phone, byte[] sdp)
{
    private const int SuccessRepeatMs = 500;
    private readonly HashSet<string> _rungCallIds = [];
    private int _requestsSeen;
    private int _acksBefore;
    private long _answeredAtMs;
    private bool _awaitsAck;
    private int _responsesSeen;

    public Phone Phone => phone;

    /// <summary>Answers new calls; else lets them ring.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Its INVITE has failed for it: what comes for that is not heard, and it knows of no dialog.</summary>
    public bool HasGivenUp { get; set; }

    /// <summary>200s to its own INVITE that were of different dialogs.</summary>
    public HashSet<string> AnswerTags { get; } = [];

    /// <summary>Final failures of its own INVITE.</summary>
    public HashSet<int> Refusals { get; } = [];

    public IReadOnlyCollection<string> RungCallIds => _rungCallIds;

    public bool IsInDialog => phone.Dialog is { State: Routing.Sip.Dialogs.DialogState.Confirmed } && !IsOver;

    /// <summary>Someone said BYE.</summary>
    public bool IsOver { get; private set; }

    public int ByesReceived { get; private set; }

    public void HangUp()
    {
        IsOver = true;
        phone.Ask(SipMethod.Bye);
    }

    /// <summary>Reacts to what came since the last time.</summary>
    public void React(long nowMs)
    {
        RepeatSuccess(nowMs);
        for (; _responsesSeen < phone.Responses.Count; _responsesSeen++)
        {
            var response = phone.Responses[_responsesSeen];
            bool isOwnInvite = !HasGivenUp && response.CSeq is { Method: SipMethod.Invite, Number: 1 };
            if (isOwnInvite && response.IsSuccess)
            {
                AnswerTags.Add(response.To.Tag ?? "");
                phone.Ack();
            }
            else if (isOwnInvite && response.IsFinal)
            {
                Refusals.Add(response.StatusCode);
            }
        }

        for (; _requestsSeen < phone.Requests.Count; _requestsSeen++)
        {
            Answer(phone.Requests[_requestsSeen].Request, nowMs);
        }
    }

    /// <summary>A phone repeats its 200 until the ACK comes (RFC 3261 §13.3.1.4).</summary>
    private void RepeatSuccess(long nowMs)
    {
        _awaitsAck &= !IsOver && phone.Acks.Count == _acksBefore;
        if (_awaitsAck && nowMs - _answeredAtMs >= SuccessRepeatMs)
        {
            _answeredAtMs = nowMs;
            phone.Respond(SipMethod.Invite, 200, sdp);
        }
    }

    private void Answer(SipRequest request, long nowMs)
    {
        switch (request.Method)
        {
            case SipMethod.Invite when request.To.Tag is null:
                _rungCallIds.Add(request.CallId);
                phone.Respond(SipMethod.Invite, 180);
                if (Answers)
                {
                    IsOver = false;
                    _acksBefore = phone.Acks.Count;
                    _answeredAtMs = nowMs;
                    _awaitsAck = true;
                    phone.Respond(SipMethod.Invite, 200, sdp);
                }

                break;
            case SipMethod.Invite:
                phone.Respond(SipMethod.Invite, 200, sdp);
                break;
            case SipMethod.Bye:
                ByesReceived++;
                phone.Respond(SipMethod.Bye, IsOver || HasGivenUp ? 481 : 200);
                IsOver = true;
                break;
            default:
                phone.Respond(request.Method, IsOver || HasGivenUp ? 481 : 200);
                break;
        }
    }
}
