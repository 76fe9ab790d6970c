using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>A call that just ended, in the order in which they are forgotten.</summary>
internal readonly record struct ClosingCall(long UntilMs, ClosingGrain Call) : IComparable<ClosingCall>
{
    public int CompareTo(ClosingCall other)
    {
        int order = UntilMs.CompareTo(other.UntilMs);
        return order != 0 ? order : string.CompareOrdinal(Call.Id.Value, other.Call.Id.Value);
    }
}
