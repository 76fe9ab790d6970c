using Routing.Contracts.Ids;

namespace Routing.Simulation.World;

/// <summary>A person who calls, and the ledger's entry: what this person saw, whatever the machines remember.</summary>
internal sealed class Caller
{
    public required CallId Id { get; init; }

    public required DomainId Domain { get; init; }

    public required SimGateway Gateway { get; init; }

    public required string Dnis { get; init; }

    public required string Ani { get; init; }

    public required bool LateOffer { get; init; }

    /// <summary>Value of the header that routes look at; null: the INVITE has none.</summary>
    public string? Class { get; init; }

    /// <summary>What names the INVITE at all gateways that it is sent to.</summary>
    public required string Invite { get; init; }

    /// <summary>The proxy sends it elsewhere now, and no more to this gateway.</summary>
    public bool IsInvitedElsewhere { get; set; }

    public CallerPhase Phase { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>The gateway got Ok for the INVITE: from here on the call may not be lost.</summary>
    public bool IsAccepted { get; set; }

    public bool EverTalked { get; set; }

    /// <summary>Hung up without being told to.</summary>
    public bool LeftByItself { get; set; }

    /// <summary>Final response or BYE from our side: its status.</summary>
    public int EndedWith { get; set; }

    public bool IsGone => Phase == CallerPhase.Gone;

    public override string ToString() =>
        $"{Id} {Phase} accepted {IsAccepted} answered {IsAnswered} talked {EverTalked} left {LeftByItself} ended with {EndedWith}";

    public void HearRinging()
    {
        if (Phase == CallerPhase.Dialling)
        {
            Phase = CallerPhase.Ringing;
        }
    }

    public void HearHold()
    {
        if (!IsGone)
        {
            IsAnswered = true;
            Phase = CallerPhase.OnHold;
        }
    }

    public void Talk()
    {
        if (!IsGone)
        {
            IsAnswered = true;
            EverTalked = true;
            Phase = CallerPhase.Talking;
        }
    }

    public void IsEnded(int status)
    {
        if (!IsGone)
        {
            EndedWith = status;
            Phase = CallerPhase.Gone;
        }
    }

    public void HangUp()
    {
        if (!IsGone)
        {
            LeftByItself = true;
            Phase = CallerPhase.Gone;
            Gateway.CallerHungUp(this);
        }
    }
}
