namespace Routing.Contracts.Ids;

/// <summary>One offer of a call to one agent. Numbers count up from 1 within the call, over all its queues.</summary>
public readonly record struct OfferId(CallId Call, int Number)
{
    public override string ToString() => $"{Call}/{Number}";
}
