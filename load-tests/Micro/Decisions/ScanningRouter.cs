using System.Globalization;
using Routing.Contracts.Configuration;
using Routing.Contracts.Views;

namespace Routing.Micro.Decisions;

/// <summary>The choice by looking at everybody, as routers do that keep a list of members: app_queue.c of Asterisk, call_center of OpenSIPS.</summary>
internal sealed class ScanningRouter
{
    private readonly (bool IsReady, long IdleSinceMs, byte[] Levels)[] _agents;
    private readonly (bool IsWaiting, long ArrivedMs, int Queue)[] _calls;

    /// <param name="agents">Who are free.</param>
    /// <param name="queues">The queues of the calls that wait.</param>
    public ScanningRouter(IReadOnlyList<AgentConfiguration> agents, int[] queues)
    {
        _agents = [.. agents.Select((agent, index) => (true, (long)(index * 7919 % agents.Count), LevelsOf(agent)))];
        _calls = [.. queues.Select((queue, index) => (true, (long)(index * 7919 % queues.Length), queue))];
    }

    /// <summary>Index of the agent who is idle longest of those who may take it; −1 for none.</summary>
    public int ChooseAgent(int skill)
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

    /// <summary>Index of the call that waits longest of those that the agent may take; −1 for none.</summary>
    public int ChooseCall(int agent)
    {
        byte[] levels = _agents[agent].Levels;
        int best = -1;
        long bestArrivedMs = long.MaxValue;
        for (int i = 0; i < _calls.Length; i++)
        {
            ref readonly (bool IsWaiting, long ArrivedMs, int Queue) call = ref _calls[i];
            if (call.IsWaiting && levels[call.Queue] >= DecisionDomain.NeededLevel && call.ArrivedMs < bestArrivedMs)
            {
                best = i;
                bestArrivedMs = call.ArrivedMs;
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
