using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>When a silo notes again which gateways are connected to it: at once when that changes, else now and then.</summary>
internal sealed class GatewayNotes
{
    private const int RepeatMs = 10_000;

    private IReadOnlyList<GatewayLevel> _noted = [];
    private long _dueMs;

    /// <summary>A connection was made: what was noted before it may not have come through.</summary>
    public void Begin() => _dueMs = 0;

    /// <param name="connected">Now, by name.</param>
    /// <param name="nowMs">Monotonic.</param>
    /// <returns>Whether they are to be noted now.</returns>
    public bool AreDue(IReadOnlyList<GatewayLevel> connected, long nowMs)
    {
        if (nowMs < _dueMs && connected.SequenceEqual(_noted))
        {
            return false;
        }

        _dueMs = nowMs + RepeatMs;
        _noted = connected;
        return connected.Count > 0;
    }
}
