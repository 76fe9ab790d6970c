using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>What an agent did in this shift, from the steps of its state alone.</summary>
internal sealed class ShiftModel
{
    /// <summary>Logged out for this long: the next login begins a shift.</summary>
    private const long BreakMs = 3_600_000;

    private long _loggedOutMs;

    public long Answered { get; set; }

    public long BusyMs { get; private set; }

    public long ReadyMs { get; private set; }

    /// <summary>Share of busy time when the agent was ranked last: what an offer in this turn was decided by.</summary>
    public long RankedPpm { get; private set; }

    /// <summary>Takes a new view of the agent.</summary>
    public void Take(AgentView? before, AgentView after)
    {
        AgentState was = before?.State ?? AgentState.LoggedOut;
        long ppmBefore = OccupancyPpm();
        long lastedMs = after.SinceMs - (before?.SinceMs ?? after.SinceMs);
        ReadyMs += was == AgentState.Ready ? lastedMs : 0;
        BusyMs += was is AgentState.Offered or AgentState.Talking or AgentState.WrapUp ? lastedMs : 0;
        if (was != AgentState.LoggedOut && after.State == AgentState.LoggedOut)
        {
            _loggedOutMs = after.SinceMs;
        }
        else if (was == AgentState.LoggedOut && after.State != AgentState.LoggedOut && after.SinceMs - _loggedOutMs >= BreakMs)
        {
            (Answered, BusyMs, ReadyMs) = (0, 0, 0);
        }

        RankedPpm = was == AgentState.Ready ? ppmBefore : OccupancyPpm();
        if (after.BusyMs != BusyMs || after.ReadyMs != ReadyMs || after.ShiftAnswered != Answered)
        {
            throw new CheckFailure("agent-shift", $"{after} after {before}: expected busy {BusyMs} ms, ready {ReadyMs} ms, {Answered} answered");
        }
    }

    private long OccupancyPpm() => BusyMs + ReadyMs == 0 ? 0 : (long)(BusyMs * (decimal)1_000_000 / (BusyMs + ReadyMs));
}
