using System.Globalization;
using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Micro.Decisions;

/// <summary>The choice by looking at every agent, as routers do that keep a list of members: app_queue.c of Asterisk, call_center of OpenSIPS.</summary>
internal sealed class ScanningRouter
{
    private readonly (bool IsReady, long IdleSinceMs, byte[] Levels)[] _agents;

    public ScanningRouter(IReadOnlyList<AgentConfiguration> agents)
    {
        _agents = [.. agents.Select((agent, index) => (true, (long)(index * 7919 % agents.Count), LevelsOf(agent)))];
    }

    /// <summary>Index of the agent who is idle longest of those who may take it; −1 for none.</summary>
    public int Choose(int skill)
    {
        int best = -1;
        long bestSinceMs = long.MaxValue;
        for (int i = 0; i < _agents.Length; i++)
        {
            ref readonly (bool IsReady, long IdleSinceMs, byte[] Levels) agent = ref _agents[i];
            if (agent.IsReady && agent.Levels[skill] >= DecisionDomain.NeededLevel && agent.IdleSinceMs < bestSinceMs)
            {
                best = i;
                bestSinceMs = agent.IdleSinceMs;
            }
        }

        return best;
    }

    private static byte[] LevelsOf(AgentConfiguration agent)
    {
        byte[] levels = new byte[DecisionDomain.Skills];
        foreach (SkillLevel skill in agent.Skills)
        {
            levels[int.Parse(skill.Skill.AsSpan(5), CultureInfo.InvariantCulture)] = (byte)skill.Level;
        }

        return levels;
    }
}
