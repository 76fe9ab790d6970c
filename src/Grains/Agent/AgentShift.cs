using Routing.Contracts.Views;

namespace Routing.Grains.Agent;

/// <summary>
/// What an agent did since the shift began: least-occupied and fewest-calls compare people of one shift, not a newcomer with a veteran. A shift begins with
/// the first login after a long absence, so that a phone that drops out for a moment does not make its agent a newcomer.
/// </summary>
internal static class AgentShift
{
    /// <summary>Logged out for this long: the next login begins a shift.</summary>
    public const long BreakMs = 60L * 60 * 1000;

    private const long Million = 1_000_000;

    /// <summary>Counts the state that ends now.</summary>
    public static void Count(AgentRecord record, AgentState before, AgentState after, long nowMs)
    {
        long lastedMs = nowMs - record.SinceMs;
        switch (before)
        {
            case AgentState.Ready:
                record.ReadyMs += lastedMs;
                break;
            case AgentState.Offered or AgentState.Talking or AgentState.WrapUp:
                record.BusyMs += lastedMs;
                break;
            default:
                break;
        }

        if (before == after)
        {
            return;
        }

        if (after == AgentState.LoggedOut)
        {
            record.LoggedOutMs = nowMs;
        }
        else if (before == AgentState.LoggedOut && nowMs - record.LoggedOutMs >= BreakMs)
        {
            record.BusyMs = 0;
            record.ReadyMs = 0;
            record.ShiftAnsweredCount = 0;
        }
    }

    /// <summary>Busy of busy and ready time, parts per million; time not ready is in neither. 0 for who just came.</summary>
    public static long OccupancyPpm(AgentRecord record)
    {
        long workableMs = record.BusyMs + record.ReadyMs;
        return workableMs == 0 ? 0 : (long)((Int128)record.BusyMs * Million / workableMs);
    }
}
