using System.Collections.Concurrent;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Keeps what is said of stores, in order.</summary>
internal sealed class StallLog : IMailboxLog
{
    private readonly TaskCompletionSource<string> _linkDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _told = new();

    public IEnumerable<string> Told => _told;

    /// <summary>Why the first link was lost.</summary>
    public Task<string> FirstLinkDown => _linkDown.Task;

    public void LinkDown(string silo, string purpose, string reason)
    {
        _linkDown.TrySetResult(reason);
        _told.Enqueue($"{purpose} down at {silo}: {reason}");
    }

    public void LinkUp(string silo, string purpose, string name) => _told.Enqueue($"{purpose} up at {silo}");

    public void LinkRefused(string peer, string reason) => _told.Enqueue($"refused: {reason}");

    public void SessionPassedOver(GatewayId gateway, string peer, string reason) => _told.Enqueue($"passed over: {gateway}");

    public void NotUnderstood(DomainId domain, string what, string reason) => _told.Enqueue($"not understood: {what}");

    public void StoreFailed(int lane, StoreFailure failure, string detail) => _told.Enqueue($"failed {failure}");

    public void StoreRecovered(int lane, long downForMs) => _told.Enqueue("recovered");

    public void TurnFailed(DomainId domain, string origin, string command, Exception error) => _told.Enqueue("turn failed");

    public void Repaired(DomainId domain, string what) => _told.Enqueue("repaired");

    public void LoadFailed(DomainId domain, Exception error) => _told.Enqueue("load failed");

    public void EffectsDropped(DomainId domain, GatewayId gateway, int effects) => _told.Enqueue("effects dropped");

    public void PeerUnheard(DomainId domain, GatewayId peer, int messages) => _told.Enqueue($"unheard {messages}");

    public void HandlerFailed(string what, Exception error) => _told.Enqueue("handler failed");
}
