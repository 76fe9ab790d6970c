using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>
/// Which gateways live. A gateway says so; when it has not for the length of its lease, a timer gives that life of it up, for good: only a new one (<see cref="GatewayStarted"/>) has its calls again. So a gateway that was
/// frozen and wakes can find out that it is no longer believed in, before it acts on what it was told.
/// </summary>
internal static class GatewayLeases
{
    /// <summary>Lateness of the timer from which on the domain itself stalled (its store did not answer): signs of life may wait behind what was to be done meanwhile.</summary>
    public const long StallMs = 1_000;

    /// <summary>
    /// How often in a row it has a lease's time more for that. Then lateness is how the domain is now, and no reason: signs of life come to a late domain too, before the timers that were due after them. So a stall that lasts
    /// stretches a lease to three times its length, and by how late the domain is; one that is told as an outage (<see cref="Resume"/>) counts for nothing here.
    /// </summary>
    public const int StretchesLimit = 2;

    /// <summary>When the first of them must have been heard.</summary>
    public static long NextDueMs(DomainRecord domain)
    {
        long dueMs = long.MaxValue;
        foreach (GatewayRecord gateway in domain.Gateways)
        {
            dueMs = gateway.LeaseUntilMs > 0 ? Math.Min(dueMs, gateway.LeaseUntilMs) : dueMs;
        }

        return dueMs;
    }

    public static CommandReply Alive(DomainGrain domain, GatewayAlive alive, TurnContext turn)
    {
        if (domain.Find(alive.Gateway) is not { LapsedMs: 0 } gateway || gateway.Incarnation != alive.Incarnation)
        {
            return new CommandReply(ReplyCode.Conflict, $"Gateway '{alive.Gateway}' was given up as {alive.Incarnation}: it has to begin again.");
        }

        if (alive.IsIdle && turn.ListCallsOf(alive.Gateway).Count == 0)
        {
            gateway.LeaseUntilMs = 0;
            gateway.StretchesCount = 0;
            turn.Touch(domain, isView: false);
        }
        else
        {
            Renew(domain, gateway, turn);
        }

        return CommandReply.Ok;
    }

    /// <summary>It gets something that it must not leave alone. False when this life of it was given up.</summary>
    public static bool TryBegin(DomainGrain domain, GatewayId id, TurnContext turn)
    {
        GatewayRecord? gateway = domain.Find(id);
        if (gateway is { LapsedMs: 0, LeaseUntilMs: 0 })
        {
            Renew(domain, gateway, turn);
        }

        return gateway is not { LapsedMs: > 0 };
    }

    /// <summary>The timer: whoever was not heard is given up, and its calls are suspended. After a stall of the domain it has a lease's time more, but no more often than <see cref="StretchesLimit"/> in a row.</summary>
    public static void Lapse(DomainGrain domain, TurnContext turn)
    {
        foreach (GatewayRecord gateway in domain.Record.Gateways)
        {
            if (gateway.LeaseUntilMs == 0 || gateway.LeaseUntilMs > turn.NowMs)
            {
                continue;
            }

            if (turn.NowMs - gateway.LeaseUntilMs >= StallMs && gateway.StretchesCount < StretchesLimit)
            {
                gateway.StretchesCount++;
                gateway.LeaseUntilMs = turn.NowMs + gateway.LeaseMs;
                turn.Touch(domain, isView: false);
            }
            else
            {
                gateway.LeaseUntilMs = 0;
                gateway.StretchesCount = 0;
                gateway.LapsedMs = turn.NowMs;
                turn.Touch(domain, isView: false);
                foreach (CallGrain call in turn.ListCallsOf(gateway.Gateway))
                {
                    CallSuspension.Begin(call, turn.NowMs + gateway.GraceMs, turn);
                }
            }
        }
    }

    /// <summary>The domain was down, and heard nobody.</summary>
    public static void Resume(DomainGrain domain, long downForMs, TurnContext turn)
    {
        foreach (GatewayRecord gateway in domain.Record.Gateways)
        {
            if (gateway.LeaseUntilMs > 0)
            {
                gateway.LeaseUntilMs = Math.Max(gateway.LeaseUntilMs + downForMs, turn.NowMs + gateway.LeaseMs);
                gateway.StretchesCount = 0;
                turn.Touch(domain, isView: false);
            }
        }
    }

    private static void Renew(DomainGrain domain, GatewayRecord gateway, TurnContext turn)
    {
        if (gateway.LeaseMs > 0)
        {
            gateway.LeaseUntilMs = turn.NowMs + gateway.LeaseMs;
            gateway.StretchesCount = 0;
            turn.Touch(domain, isView: false);
        }
    }
}
