using Routing.Contracts.Events;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>Takes committed events. Called on a thread of the host, serially; must return at once.</summary>
public interface IEventSink
{
    void OnEvents(DomainId domain, TurnEvents turn);

    /// <summary>
    /// The store was brought back from an older copy: what was delivered of this domain may never have happened, and its turns are numbered anew. All stored ones come again from the first on.
    /// </summary>
    void OnStartOver(DomainId domain)
    {
    }
}
