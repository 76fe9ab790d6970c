using Routing.Contracts.Events;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>Takes committed events. Called on a thread of the host, serially; must return at once.</summary>
public interface IEventSink
{
    void OnEvents(DomainId domain, TurnEvents turn);
}
