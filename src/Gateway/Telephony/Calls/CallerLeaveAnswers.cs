namespace Routing.Gateway.Telephony.Calls;

/// <summary>What a caller who leaves is owed once the domain knows it: until then nothing is answered, so that a repeat finds us.</summary>
internal struct CallerLeaveAnswers
{
    public bool ToCancel { get; set; }

    public bool ToBye { get; set; }

    /// <summary>A BYE came before the final response.</summary>
    public bool ToInvite { get; set; }

    public readonly void Give(CallOutput output)
    {
        if (ToCancel)
        {
            output.Emit(new CallAction.AnswerCancel());
        }

        if (ToBye)
        {
            output.Emit(new CallAction.AnswerBye(LegRef.Caller));
        }

        if (ToCancel || ToInvite)
        {
            output.Emit(new CallAction.Reject(487, null, null));
        }
    }
}
