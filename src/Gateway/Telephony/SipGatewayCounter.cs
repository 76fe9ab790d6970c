namespace Routing.Gateway.Telephony;

/// <summary>What a gateway counts since its start.</summary>
public enum SipGatewayCounter
{
    /// <summary>INVITEs that were admitted and became calls.</summary>
    CallsArrived,

    /// <summary>INVITEs that were refused before they became calls.</summary>
    CallsRefused,

    /// <summary>Calls that are over and freed.</summary>
    CallsFinished,

    /// <summary>INVITEs sent to agents' phones.</summary>
    BranchesInvited,

    /// <summary>200s of phones that came too late and were hung up.</summary>
    BranchesDropped,

    /// <summary>REGISTERs that changed or showed bindings.</summary>
    RegistrationsAccepted,

    /// <summary>Requests with wrong credentials.</summary>
    AuthenticationsFailed,

    /// <summary>Challenges sent.</summary>
    AuthenticationsAsked,

    /// <summary>Effects carried out.</summary>
    EffectsTaken,

    /// <summary>Effects refused: a lower epoch, or taken already.</summary>
    EffectsRefused,

    /// <summary>Effects that speak of a call which is not here.</summary>
    EffectsOrphaned,

    /// <summary>Commands that the domain could not take and that were sent again.</summary>
    CommandsRepeated,

    /// <summary>Commands given up after their last repeat.</summary>
    CommandsLost,

    /// <summary>Answers that did not wait longer for a store that stalls.</summary>
    StallsOverridden,

    /// <summary>In-dialog requests that name no dialog of ours (481).</summary>
    StrayRequests,
}
