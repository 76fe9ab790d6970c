using Routing.Grains.Agent;
using Routing.Grains.Call;

namespace Routing.Grains.Matching;

/// <summary>
/// The one rule of who may take what. Work conservation ("no call waits while an agent who may take it is ready") and the order of service are stated
/// with it. The needs are those of the call's ring.
/// </summary>
internal static class MayTake
{
    public const string NotReady = "not-ready";
    public const string Skills = "skills";
    public const string CoolOff = "cool-off";
    public const string Reserved = "reserved";
    public const string Held = "held-for-preferred-agent";

    /// <summary>Why the agent may not take the waiting call now, or null when they may.</summary>
    public static string? Refusal(AgentGrain agent, CallGrain call, CallLine line)
    {
        if (!agent.IsAvailable)
        {
            return NotReady;
        }

        if (!agent.Satisfies(line.Needs))
        {
            return Skills;
        }

        if (call.IsCoolingOff(agent.Id))
        {
            return CoolOff;
        }

        if (line.IsShutTo(agent))
        {
            return Reserved;
        }

        return call.HeldBy is { } preferred && preferred != agent ? Held : null;
    }
}
