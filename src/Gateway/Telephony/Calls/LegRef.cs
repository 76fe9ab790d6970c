namespace Routing.Gateway.Telephony.Calls;

/// <summary>Names a leg of a call: the caller's, or the agent's of one offer.</summary>
/// <param name="Offer">0 for the caller, else the offer's number.</param>
public readonly record struct LegRef(int Offer)
{
    public static LegRef Caller => default;

    public bool IsCaller => Offer == 0;

    /// <summary>The leg that answered this offer.</summary>
    public static LegRef Agent(int offer) => new(offer);

    public override string ToString() => IsCaller ? "caller" : $"agent-{Offer}";
}
