using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>An agent as the checker knows it: the last view, and from the commands alone what the agent may become.</summary>
internal sealed class AgentModel(AgentId id)
{
    public AgentId Id { get; } = id;

    public AgentView? View { get; set; }

    /// <summary>The mode under the work: what counts when the work is over. Null: the phones came or went during the work, so any is right.</summary>
    public AgentMode? Under { get; set; } = AgentMode.LoggedOut;

    public bool MayBe(AgentMode mode) => Under is null || Under == mode;

    /// <summary>When a failed offer's policy makes the agent ready again; <see cref="long.MaxValue"/>: only by hand.</summary>
    public long RecoverAtMs { get; set; } = long.MaxValue;

    /// <summary>The last failed offer was unreachable, and nothing was set by hand since.</summary>
    public bool Unreachable { get; set; }

    /// <summary>Offers that were not answered since the last answer, and since anything made the agent ready.</summary>
    public int MissedInRow { get; set; }

    public long WrapUpUntilMs { get; set; }

    /// <summary>Contact → Unix milliseconds of expiry.</summary>
    public Dictionary<string, long> Bindings { get; } = [];

    /// <summary>The gateway that each of them was last registered at.</summary>
    public Dictionary<string, GatewayId> Holders { get; } = [];

    public AgentConfiguration? Configuration { get; set; }

    public ShiftModel Shift { get; } = new();

    public AgentState State => View?.State ?? AgentState.LoggedOut;

    public bool HasPhone(long nowMs)
    {
        foreach (long expiresAtMs in Bindings.Values)
        {
            if (expiresAtMs > nowMs)
            {
                return true;
            }
        }

        return false;
    }

    public int LevelOf(string skill)
    {
        foreach (SkillLevel has in Configuration?.Skills ?? [])
        {
            if (has.Skill == skill)
            {
                return has.Level;
            }
        }

        return 0;
    }

    /// <summary>The needs of the queue itself, without its rings.</summary>
    public bool Meets(QueueConfiguration queue) => RingNeeds.Of(queue, 0).AreMetBy(this);
}
