using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Lanes;

namespace Routing.Mailbox.Hosting;

/// <summary>Hands committed turns to the subscribers of their domain. Copied on change, so that the lanes read it without a lock.</summary>
internal sealed class SubscriptionList : ITurnSink
{
    private readonly Lock _gate = new();
    private EventSubscription[] _subscriptions = [];

    public void OnTurn(DomainId domain, TurnEvents turn)
    {
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            if (subscription.Domain == domain)
            {
                subscription.OnTurn(turn);
            }
        }
    }

    public void Add(EventSubscription subscription)
    {
        lock (_gate)
        {
            Volatile.Write(ref _subscriptions, [.. _subscriptions, subscription]);
        }
    }

    public void Remove(EventSubscription subscription)
    {
        lock (_gate)
        {
            Volatile.Write(ref _subscriptions, [.. _subscriptions.Where(known => known != subscription)]);
        }
    }

    /// <summary>Ends those of a domain that is served elsewhere from now on.</summary>
    public void Leave(DomainId domain)
    {
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            if (subscription.Domain == domain)
            {
                subscription.Dispose();
            }
        }
    }

    public void Close()
    {
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Close();
        }
    }
}
