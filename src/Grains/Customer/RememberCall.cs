using Routing.Grains.Domain;

namespace Routing.Grains.Customer;

/// <summary>Call to customer: you called.</summary>
internal sealed record RememberCall : GrainMessage
{
    private RememberCall()
    {
    }

    public static RememberCall Instance { get; } = new();
}
