using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>What a gateway tells its domains when all goodbyes of a call are said: for several calls at once.</summary>
internal sealed class SimGoodbyes(SimWorld world, SimGateway gateway, SimRandom random)
{
    private readonly Dictionary<DomainId, List<CallId>> _closed = [];

    public void Forget() => _closed.Clear();

    public void Say(DomainId domain, CallId call)
    {
        if (!_closed.TryGetValue(domain, out List<CallId>? closed))
        {
            _closed.Add(domain, closed = []);
        }

        closed.Add(call);
        if (closed.Count > 1)
        {
            return;
        }

        long incarnation = gateway.Incarnation;
        world.Clock.After(random.Between(500, 6_000), () => gateway.Do(() =>
        {
            if (incarnation == gateway.Incarnation && _closed.Remove(domain, out List<CallId>? done))
            {
                foreach (CallId[] some in done.Chunk(CallsClosed.LimitCalls))
                {
                    gateway.Send(domain, new CallsClosed(gateway.Id, some));
                }
            }
        }));
    }
}
