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

    /// <summary>Phones that answered, or still rang, when it was too late: hung up or cancelled.</summary>
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

    /// <summary>Announcements that the configuration of the moment does not have: the caller heard silence.</summary>
    AnnouncementsUnknown,

    /// <summary>Commands that the domain could not take and that were sent again.</summary>
    CommandsRepeated,

    /// <summary>Commands given up after their last repeat.</summary>
    CommandsLost,

    /// <summary>Ends of legs written to the journal, since the store did not take them in time.</summary>
    EndsJournaled,

    /// <summary>Ends of legs that did not fit into the journal.</summary>
    EndsNotJournaled,

    /// <summary>Ends of legs that a former life left in the journal, told to their domains.</summary>
    EndsReplayed,

    /// <summary>Answers that did not wait longer for a store that stalls.</summary>
    StallsOverridden,

    /// <summary>Calls taken up after a restart.</summary>
    CallsRestored,

    /// <summary>Calls that ended before a restart and whose legs were told again.</summary>
    CallsEndedAgain,

    /// <summary>Live calls of a former life that could not be taken up: the domain was told that the caller is lost.</summary>
    CallsNotRestored,

    /// <summary>Questions sent after a restart whether the other end still has its dialog.</summary>
    AuditsSent,

    /// <summary>Dialogs that the other end did not have any more, or that nobody answered for.</summary>
    AuditsFailed,

    /// <summary>Requests passed on between a phone of ours and another gateway of the cluster, …</summary>
    RequestsForwarded,

    /// <summary>… and their responses.</summary>
    ResponsesForwarded,

    /// <summary>Requests of other gateways for a connection that is gone (430).</summary>
    FlowsFailed,

    /// <summary>In-dialog requests that name no dialog of ours (481).</summary>
    StrayRequests,
}
