using Routing.Simulation.Engine;
using Routing.Simulation.World;

namespace Routing.Simulation.Running;

/// <summary>Kills, freezes and replaces processes at random moments.</summary>
internal sealed class FaultActor(SimWorld world, SimEngine engine, SimRandom random)
{
    /// <summary>It has announced itself, and wakes to what the domains have handed back.</summary>
    private const int FreezeAtStartPerMille = 250;

    public void Start()
    {
        world.Every(() => world.Scenario.SiloCrashMeanMs, random, CrashSilo);
        world.Every(() => world.Scenario.GatewayCrashMeanMs, random, CrashGateway);
        world.Every(() => world.Scenario.FreezeMeanMs, random, FreezeGateway);
    }

    private void CrashSilo()
    {
        int lane = random.Below(engine.LanesCount);
        if (random.Chance(150))
        {
            engine.Supersede(lane);
        }
        else
        {
            engine.Crash(lane, random.Pick([CommitFault.None, CommitFault.CrashBefore, CommitFault.CrashAfter, CommitFault.CrashReleasing]));
        }
    }

    private void CrashGateway()
    {
        SimGateway gateway = random.Pick(world.Gateways);
        if (!gateway.IsUp)
        {
            return;
        }

        world.Statistics.Count("fault gateway crash");
        gateway.Crash();
        world.Clock.After(random.Chance(800) ? random.Between(50, 2_000) : random.Between(5_000, 40_000), () =>
        {
            if (!gateway.IsUp)
            {
                gateway.Start();
                if (world.Scenario.FreezeMeanMs > 0 && random.Chance(FreezeAtStartPerMille))
                {
                    Freeze(gateway);
                }
            }
        });
    }

    private void FreezeGateway() => Freeze(random.Pick(world.Gateways));

    private void Freeze(SimGateway gateway)
    {
        if (!gateway.IsUp || gateway.IsFrozen)
        {
            return;
        }

        world.Statistics.Count("fault gateway frozen");
        long life = gateway.Incarnation;
        gateway.Freeze();
        world.Clock.After(random.Between(500, 20_000), () =>
        {
            if (gateway.Incarnation == life)
            {
                gateway.Wake();
            }
        });
    }
}
