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

    /// <summary>A call of the former life is about to be taken up.</summary>
    BeforeRestore,
    AfterRestore,
}
