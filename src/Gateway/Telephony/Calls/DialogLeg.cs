using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What both legs have in common: one INVITE transaction at a time, and the two descriptions of the session.</summary>
internal sealed class DialogLeg(LegRef reference, LegMedia media)
{
    /// <summary>Both ends asked at once (RFC 3261 §14.2).</summary>
    public const int Glare = 491;

    /// <summary>So often one question is asked again after 491, about once a second: a phone that never says anything else has not taken what it must know.</summary>
    public const int GlareLimitRounds = 30;

    public LegRef Ref { get; } = reference;

    public LegMedia Media { get; } = media;

    public LegExchange Exchange { get; set; }

    /// <summary>The dialog is confirmed: ACK was seen or sent.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>Nothing more may be asked of this leg: it hung up or was hung up.</summary>
    public bool IsOver { get; set; }

    /// <summary>Our INVITE only asks whether the other end is still there; it may refuse it.</summary>
    public bool IsAudited { get; set; }

    /// <summary>Our INVITE offers nothing: its 200 brings the offer, and the ACK of that owes an answer (RFC 3261 §13.2.2.4).</summary>
    public bool IsOfferless { get; set; }

    /// <summary>A 491 came; we wait before asking again.</summary>
    public bool IsBackingOff { get; set; }

    /// <summary>491s since our last question that was accepted.</summary>
    public int GlareRounds { get; set; }

    /// <summary>True when an INVITE of ours may leave now.</summary>
    public bool CanAsk => IsConfirmed && !IsOver && !IsBackingOff && Exchange == LegExchange.None;

    /// <summary>Waits before asking again. False when it was asked often enough.</summary>
    public bool TryBackOff(CallOutput output)
    {
        if (++GlareRounds > GlareLimitRounds)
        {
            return false;
        }

        IsBackingOff = true;
        output.Emit(new CallAction.StartTimer(Ref.IsCaller ? CallTimer.CallerGlare : CallTimer.AgentGlare, null));
        return true;
    }

    /// <summary>Notes what the other end takes: its offer or its answer.</summary>
    public void Heard(SessionDescription? sdp)
    {
        if (sdp is not null)
        {
            Media.Remote = sdp;
        }
    }
}
