using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Feeds;

namespace Routing.Gateway.Tests.Feeds;

/// <summary>A reader that keeps what change sets tell it.</summary>
internal sealed class Replica
{
    private readonly SortedDictionary<AgentId, AgentView> _agents = [];
    private readonly SortedDictionary<QueueId, QueueReading> _queues = [];
    private readonly SortedDictionary<CallId, CallView> _calls = [];

    public ProjectionToken Token { get; private set; }

    public int FullFrames { get; private set; }

    public void Take(ChangeSet changes)
    {
        if (changes.Full)
        {
            FullFrames++;
            _agents.Clear();
            _queues.Clear();
            _calls.Clear();
        }

        foreach (AgentView agent in changes.Agents)
        {
            _agents[agent.Id] = agent;
        }

        foreach (QueueReading queue in changes.Queues)
        {
            _queues[queue.View.Id] = queue;
        }

        foreach (CallView call in changes.Calls)
        {
            _calls[call.Id] = call;
        }

        foreach (AgentId agent in changes.RemovedAgents)
        {
            _agents.Remove(agent);
        }

        foreach (QueueId queue in changes.RemovedQueues)
        {
            _queues.Remove(queue);
        }

        Token = changes.Token;
    }

    /// <summary>Everything but ended calls, of which readers keep as many as they like, and longest waits, which readers count themselves.</summary>
    public string Text() => string.Join('\n',
    [
        .. _agents.Values.Select(agent => $"{agent.Id} {agent.State} {agent.Call} {string.Join(',', agent.Skills)}"),
        .. _queues.Values.Select(queue => $"{queue.View.Id} {queue.View.Offered} {queue.ReadyAgents} {string.Join(',', queue.View.Needs)}"),
        .. _calls.Values.Where(call => call.State != CallState.Ended).Select(call => call.ToString()),
    ]);
}
