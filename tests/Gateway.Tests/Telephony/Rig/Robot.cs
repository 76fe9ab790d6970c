using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>Plays a person with a phone: does what phones do by themselves, and answers when it rings.</summary>
internal sealed class Robot(Phone phone, byte[] sdp)
{
    private const int DefaultSuccessRepeatMs = 500;

    /// <summary>Who owns the Call-ID waits between 2.1 and 4 s after 491 (RFC 3261 §14.1).</summary>
    private const int AskAgainMs = 2_500;

    private readonly HashSet<string> _rungCallIds = [];
    private readonly List<string> _rungFor = [];
    private readonly List<Answered> _unacknowledged = [];
    private int _requestsSeen;
    private int _responsesSeen;
    private byte[]? _question;
    private long? _askAgainAtMs;

    public Phone Phone => phone;

    /// <summary>How often it repeats a 200 that is not acknowledged; phones come to 4 s (RFC 3261 §13.3.1.4).</summary>
    public int SuccessRepeatMs { get; set; } = DefaultSuccessRepeatMs;

    /// <summary>Answers new calls; else lets them ring.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Accepts OPTIONS without looking for the dialog that it names, as many phones do.</summary>
    public bool AcceptsAnyOptions { get; set; }

    /// <summary>Its INVITE has failed for it: what comes for that is not heard, and it knows of no dialog.</summary>
    public bool HasGivenUp { get; set; }

    /// <summary>So many INVITEs inside the dialog it refuses yet, since it has another open.</summary>
    public int QuestionsRefused { get; set; }

    /// <summary>How: 491, or 500 with Retry-After (RFC 3261 §14.2).</summary>
    public int QuestionRefusal { get; set; }

    /// <summary>200s to its own INVITE that were of different dialogs.</summary>
    public HashSet<string> AnswerTags { get; } = [];

    /// <summary>Final failures of its own INVITE.</summary>
    public HashSet<int> Refusals { get; } = [];

    public IReadOnlyCollection<string> RungCallIds => _rungCallIds;

    /// <summary>User part of each caller that it rang for, in order, once for each Call-ID.</summary>
    public IReadOnlyList<string> RungFor => _rungFor;

    /// <summary>Description that came with the last INVITE; empty when none did.</summary>
    public string Heard { get; private set; } = "";

    /// <summary>Its question in the dialog (<see cref="Change"/>) was accepted.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>200s that it waits to have acknowledged.</summary>
    public int UnacknowledgedCount => _unacknowledged.Count;

    public bool IsInDialog => phone.Dialog is { State: Routing.Sip.Dialogs.DialogState.Confirmed } && !IsOver;

    /// <summary>Someone said BYE.</summary>
    public bool IsOver { get; private set; }

    public int ByesReceived { get; private set; }

    public void HangUp()
    {
        IsOver = true;
        phone.Ask(SipMethod.Bye);
    }

    /// <summary>A new description for the other side, asked again after 491.</summary>
    public void Change(byte[] description)
    {
        _question = description;
        phone.Ask(SipMethod.Invite, description);
    }

    /// <summary>Its call is over without a word: the phone was restarted.</summary>
    public void Forget() => IsOver = true;

    /// <summary>Answers the call that rings.</summary>
    public void PickUp(long nowMs)
    {
        IsOver = false;
        Accept(nowMs);
    }

    /// <summary>Reacts to what came since the last time.</summary>
    public void React(long nowMs)
    {
        RepeatSuccess(nowMs);
        if (_askAgainAtMs <= nowMs && !IsOver)
        {
            _askAgainAtMs = null;
            phone.Ask(SipMethod.Invite, _question);
        }

        if (phone.Failures.Count > 0 && phone.Dialog is null)
        {
            HasGivenUp = true;
        }
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
            else if (!HasGivenUp && response.CSeq is { Method: SipMethod.Invite, Number: > 1 } && response.IsFinal)
            {
                TakeAnswer(response, nowMs);
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
        _unacknowledged.RemoveAll(answered => IsOver || phone.Acks.Exists(ack => ack.CallId == answered.Invite.CallId && ack.CSeq.Number == answered.Invite.CSeq.Number));
        foreach (var answered in _unacknowledged.Where(answered => nowMs - answered.SentMs >= SuccessRepeatMs))
        {
            answered.SentMs = nowMs;
            answered.Transaction.Respond(answered.Success);
        }
    }

    private void TakeAnswer(SipResponse response, long nowMs)
    {
        if (response.IsSuccess)
        {
            IsChanged = true;
            phone.Ack();
        }
        else if (response.StatusCode == 491)
        {
            _askAgainAtMs = nowMs + AskAgainMs;
        }
    }

    private void Accept(long nowMs)
    {
        // Who asked for something still wants it.
        phone.Respond(SipMethod.Invite, 200, phone.Offered ?? sdp);
        var transaction = phone.LastRequest(SipMethod.Invite);
        _unacknowledged.Add(new Answered(transaction, transaction.Request, transaction.LastResponse!) { SentMs = nowMs });
    }

    private void Answer(SipRequest request, long nowMs)
    {
        switch (request.Method)
        {
            case SipMethod.Invite when request.To.Tag is null:
                Heard = request.Body.IsEmpty ? "" : Encoding.UTF8.GetString(request.Body.Span);
                if (_rungCallIds.Add(request.CallId))
                {
                    _rungFor.Add(request.From.Uri.User ?? "");
                }

                phone.Respond(SipMethod.Invite, 180);
                if (Answers)
                {
                    IsOver = false;
                    Accept(nowMs);
                }

                break;
            case SipMethod.Invite when IsOver || HasGivenUp:
                phone.Respond(SipMethod.Invite, 481);
                break;
            case SipMethod.Invite when QuestionsRefused > 0:
                QuestionsRefused--;
                phone.Respond(SipMethod.Invite, QuestionRefusal, null, static response => response.Headers.Set(HeaderId.RetryAfter, "1"));
                break;
            case SipMethod.Invite:
                Heard = request.Body.IsEmpty ? "" : Encoding.UTF8.GetString(request.Body.Span);
                Accept(nowMs);
                break;
            case SipMethod.Bye:
                ByesReceived++;
                phone.Respond(SipMethod.Bye, IsOver || HasGivenUp ? 481 : 200);
                IsOver = true;
                break;
            case SipMethod.Options when AcceptsAnyOptions:
                phone.Respond(SipMethod.Options, 200);
                break;
            default:
                phone.Respond(request.Method, IsOver || HasGivenUp ? 481 : 200);
                break;
        }
    }

    /// <summary>A 200 of ours that waits for its ACK. Not the transaction's own request, which is let go of.</summary>
    private sealed record Answered(SipServerTransaction Transaction, SipRequest Invite, SipResponse Success)
    {
        public long SentMs { get; set; }
    }
}
