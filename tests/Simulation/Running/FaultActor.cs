using Routing.Simulation.Engine;
using Routing.Simulation.World;

namespace Routing.Simulation.Running;

/// <summary>Kills, freezes and replaces processes at random moments.</summary>
internal sealed class FaultActor(SimWorld world, SimEngine engine, SimRandom random)
{
    /// <summary>It has announced itself, and wakes to what the domains have handed back.</summary>
    private const int FreezeAtStartPerMille = 250;
    private const int RingTryMs = 200;
    private const int RingTriesCount = 50;

    private readonly SimRandom _absences = random.Beside(0xA85E);
    private readonly SimRandom _freezes = random.Beside(0xF3EE);

    public void Start()
    {
        world.Every(() => world.Scenario.SiloCrashMeanMs, random, CrashSilo);
        world.Every(() => world.Scenario.GatewayCrashMeanMs, random, CrashGateway);
        world.Every(() => world.Scenario.FreezeMeanMs, random, FreezeGateway);
        world.Every(() => world.Scenario.AbsenceMeanMs, _absences, () => engine.Leave(_absences.Below(engine.LanesCount), _absences.Between(60_000, 600_000)));
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

    private void FreezeGateway() => Freeze(random.Pick(world.Gateways), _freezes.Chance(500) ? RingTriesCount : 0);

    /// <summary>Often while a phone of it rings: the answer waits in the frozen process, and what the domain decides meanwhile, too.</summary>
    private void Freeze(SimGateway gateway, int triesLeft = 0)
    {
        if (!gateway.IsUp || gateway.IsFrozen || world.Scenario.FreezeMeanMs == 0)
        {
            return;
        }

        if (triesLeft > 0 && !gateway.HasRings)
        {
            world.Clock.After(RingTryMs, () => Freeze(gateway, triesLeft - 1));
            return;
        }

        world.Statistics.Count(gateway.HasRings ? "fault gateway frozen while a phone rings" : "fault gateway frozen");
        long life = gateway.Incarnation;
        int frozenMs = _freezes.Between(500, Math.Max(500, world.Scenario.FreezeMaxMs));
        gateway.Freeze();
        world.TryElsewhere(gateway, frozenMs);
        world.Clock.After(frozenMs, () =>
        {
            if (gateway.Incarnation == life)
            {
                gateway.Wake();
            }
        });
    }
}
