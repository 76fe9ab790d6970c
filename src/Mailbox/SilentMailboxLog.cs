using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>Logs nothing: counters still tell.</summary>
public sealed class SilentMailboxLog : IMailboxLog
{
    public static SilentMailboxLog Instance { get; } = new();

    public void TurnFailed(DomainId domain, string origin, string command, Exception error)
    {
        // Counted by the lane.
    }

    public void Repaired(DomainId domain, string what)
    {
        // Counted by the lane.
    }

    public void LoadFailed(DomainId domain, Exception error)
    {
        // Shown as the reason for not being ready.
    }

    public void StoreFailed(int lane, StoreFailure failure, string detail)
    {
        // Counted by the lane.
    }

    public void StoreRecovered(int lane, long downForMs)
    {
        // Shown by being ready.
    }

    public void EffectsDropped(DomainId domain, GatewayId gateway, int effects)
    {
        // Stored as dead letters.
    }

    public void HandlerFailed(string what, Exception error)
    {
        // The handler's own business.
    }
}
