using Routing.Contracts.Events;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>Takes the events of committed turns on the lane's thread, in order per domain, without gap or repeat within the life of the lane. Must return at once.</summary>
public interface ITurnSink
{
    void OnTurn(DomainId domain, TurnEvents turn);
}
