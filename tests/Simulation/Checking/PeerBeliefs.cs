using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// What one domain holds for another that knows nothing of it: a guest, with the agent lent to it, whose call at home does not ask any more; an attempt without a guest. While messages are under way or lost that is so, but not for
/// ever: once the world is whole again the two find out within the interval at which they ask each other.
/// </summary>
internal sealed class PeerBeliefs
{
    /// <summary>A lender asks home each minute after a guest that waits or talks, home a lender after its attempts; of an agent who rings nothing is heard for the ring and half a minute at most. The last half minute is for the way.</summary>
    private const long LongestMs = 60_000 + 30_000 + 30_000;

    private readonly Dictionary<(DomainId Holder, CallId Guest), long> _sinceMs = [];

    /// <summary>Since when nothing is lost or late any more; before, nothing is promised.</summary>
    public long? HealedAtMs { get; set; }

    public void Check(IReadOnlyDictionary<DomainId, Mirror> mirrors, long nowMs)
    {
        if (HealedAtMs is not { } healedAtMs)
        {
            return;
        }

        HashSet<(DomainId, CallId)> alone = [];
        foreach ((DomainId id, Mirror mirror) in mirrors)
        {
            alone.UnionWith(mirror.Calls.Values.Where(guest => guest.Home is { } home && !IsKnown(mirrors[home], id, guest)).Select(guest => (id, guest.Id)));
            alone.UnionWith(mirror.Seeks.Where(seek => !HasGuest(mirrors, id, seek.Key, seek.Value)).Select(seek => (id, LendingRules.GuestOf(id, seek.Key.Call, seek.Key.Attempt))));
        }

        foreach ((DomainId, CallId) known in _sinceMs.Keys.Where(known => !alone.Contains(known)).ToArray())
        {
            _sinceMs.Remove(known);
        }

        foreach ((DomainId Holder, CallId Guest) one in alone)
        {
            _sinceMs.TryAdd(one, nowMs);
            if (nowMs - Math.Max(_sinceMs[one], healedAtMs) > LongestMs)
            {
                throw new CheckFailure("loan-forgotten", $"{one.Holder} holds {one.Guest} since {_sinceMs[one]}, the other side knows nothing of it, and it is {nowMs}");
            }
        }
    }

    private static bool IsKnown(Mirror home, DomainId lender, CallModel guest) =>
        guest.Asked is { } asked && home.Calls.TryGetValue(asked.Call, out CallModel? call) && call.View?.State != CallState.Ended
        && ((home.Seeks.TryGetValue((asked.Call, asked.Attempt), out GatewayId to) && to == PeerAddress.Of(lender))
            || home.Lent.Any(lent => lent.Key.Call == asked.Call && lent.Value.Lender == lender && lent.Value.Lend.Attempt == asked.Attempt));

    private static bool HasGuest(IReadOnlyDictionary<DomainId, Mirror> mirrors, DomainId home, (CallId Call, int Attempt) attempt, GatewayId at) =>
        mirrors.First(mirror => PeerAddress.Of(mirror.Key) == at).Value.Calls.ContainsKey(LendingRules.GuestOf(home, attempt.Call, attempt.Attempt));
}
