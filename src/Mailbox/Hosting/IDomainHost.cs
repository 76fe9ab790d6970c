using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Hosting;

/// <summary>
/// The hosting seam: how inputs reach the owner of a domain, how effects and events come back, and how committed state is read.
/// A gateway knows nothing else of where domains live. All members may be called from any thread.
/// </summary>
public interface IDomainHost
{
    /// <summary>The domains that this host can reach.</summary>
    IReadOnlyList<DomainId> Domains { get; }

    /// <summary><see cref="Domains"/> got longer: raised on any thread, perhaps once for several.</summary>
    event Action? DomainsAdded
    {
        add
        {
        }

        remove
        {
        }
    }

    /// <summary>
    /// Opens a gateway's session: its inputs are numbered, repeated until acknowledged, and its effects are delivered to the sink in order.
    /// A second session of the same gateway with a higher incarnation ends the first.
    /// </summary>
    IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink);

    /// <summary>Sends one command and completes after its commit. With an idempotency key (REST), a repeat within 24 h gets the stored reply.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the command may happen nevertheless.</exception>
    Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>All live state as of a committed turn.</summary>
    Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the domain why, now: answered by its owner between two commits from what is committed, without a turn; null when what it asks about is not there.
    /// Waits while the domain is away; the caller gives up by the token.
    /// </summary>
    Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken);

    /// <summary>Delivers the events after a sequence, first the stored ones, then live ones as they are committed, without gap or repeat. Dispose to stop.</summary>
    IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink);

    /// <summary>Stored events after a sequence, oldest first, at most <paramref name="maxTurnsCount"/> turns.</summary>
    Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken);

    /// <summary>A live or ended call with its timeline, or null.</summary>
    Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken);

    /// <summary>The calls that ended last, latest first, at most <paramref name="maxCallsCount"/>, as the store has them now.</summary>
    Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken);

    /// <summary>A customer, or null when never seen.</summary>
    Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken);

    /// <summary>A version of the domain's configuration, null for the one in force; null when it is not kept.</summary>
    Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken);

    /// <summary>How the host is: for /readyz and /metrics.</summary>
    HostStatus Status();
}
