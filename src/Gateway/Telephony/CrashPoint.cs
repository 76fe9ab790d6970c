namespace Routing.Gateway.Telephony;

/// <summary>
/// The places where a process that dies leaves the world in a state of its own. Tests let the gateway die at each; nothing in the executable can.
/// </summary>
internal enum CrashPoint
{
    /// <summary>A command is about to be given to its domain: whatever it tells has happened in the world and nobody knows.</summary>
    BeforeCommit,

    /// <summary>The command is committed and nothing of what it allows has been done.</summary>
    AfterCommit,

    /// <summary>An end that the store does not take is about to be given to the journal, and was.</summary>
    BeforeJournal,
    AfterJournal,

    BeforeProvisional,
    AfterProvisional,
    BeforeAnswer,
    AfterAnswer,
    BeforeReject,
    AfterReject,
    BeforeInvite,
    AfterInvite,
    BeforeCancel,
    AfterCancel,
    BeforeAck,
    AfterAck,
    BeforeReinvite,
    AfterReinvite,
    BeforeReinviteAck,
    AfterReinviteAck,
    BeforeReinviteAnswer,
    AfterReinviteAnswer,
    BeforeBye,
    AfterBye,
    BeforeByeAnswer,
    AfterByeAnswer,
    BeforeCancelAnswer,
    AfterCancelAnswer,
    BeforeDrop,
    AfterDrop,

    BeforeRegistrationAnswer,
    AfterRegistrationAnswer,

    /// <summary>The other end of a leg is asked whether it is still there.</summary>
    BeforeAudit,
    AfterAudit,

    /// <summary>A phone whose answer nobody heard, or whose offer was over, is hung up.</summary>
    BeforeStrayBye,
    AfterStrayBye,

    /// <summary>Starting: an end of the former life's journal is told to its domain.</summary>
    BeforeReplay,
    AfterReplay,

    /// <summary>Starting: the domain hears of the new life, and has handed its calls back, of which none is taken up yet.</summary>
    BeforeAnnounce,
    AfterAnnounce,

    /// <summary>Starting: everything was read, and nothing is heard yet.</summary>
    BeforeListening,

    /// <summary>A call of the former life is about to be taken up.</summary>
    BeforeRestore,
    AfterRestore,
}
