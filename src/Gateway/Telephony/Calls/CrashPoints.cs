namespace Routing.Gateway.Telephony.Calls;

/// <summary>The crash points around the actions that send something.</summary>
internal static class CrashPoints
{
    public static (CrashPoint Before, CrashPoint After)? Around(CallAction action) => action switch
    {
        CallAction.Progress => (CrashPoint.BeforeProvisional, CrashPoint.AfterProvisional),
        CallAction.AnswerCall => (CrashPoint.BeforeAnswer, CrashPoint.AfterAnswer),
        CallAction.Reject => (CrashPoint.BeforeReject, CrashPoint.AfterReject),
        CallAction.Invite => (CrashPoint.BeforeInvite, CrashPoint.AfterInvite),
        CallAction.CancelForgotten => (CrashPoint.BeforeCancel, CrashPoint.AfterCancel),
        CallAction.CancelBranch => (CrashPoint.BeforeCancel, CrashPoint.AfterCancel),
        CallAction.AckBranch => (CrashPoint.BeforeAck, CrashPoint.AfterAck),
        CallAction.Reinvite => (CrashPoint.BeforeReinvite, CrashPoint.AfterReinvite),
        CallAction.AckReinvite => (CrashPoint.BeforeReinviteAck, CrashPoint.AfterReinviteAck),
        CallAction.AnswerReinvite => (CrashPoint.BeforeReinviteAnswer, CrashPoint.AfterReinviteAnswer),
        CallAction.Bye => (CrashPoint.BeforeBye, CrashPoint.AfterBye),
        CallAction.AnswerBye => (CrashPoint.BeforeByeAnswer, CrashPoint.AfterByeAnswer),
        CallAction.AnswerCancel => (CrashPoint.BeforeCancelAnswer, CrashPoint.AfterCancelAnswer),
        CallAction.DropBranch => (CrashPoint.BeforeDrop, CrashPoint.AfterDrop),
        _ => null,
    };
}
