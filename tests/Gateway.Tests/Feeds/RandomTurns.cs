using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Tests.Feeds;

/// <summary>Turns of random but possible events: ids come and go, calls never come back after their end.</summary>
internal sealed class RandomTurns(int seed)
{
    private static readonly string[] Skills = ["billing", "english", "german"];

    private readonly Random _random = new(seed);
    private readonly List<CallView> _live = [];
    private int _calls;

    public DomainEvent[] Next()
    {
        List<DomainEvent> events = [];
        HashSet<string> named = [];
        for (int count = _random.Next(1, 5); count > 0; count--)
        {
            DomainEvent change = Any();
            string name = change switch
            {
                DomainChanged => "d",
                AgentChanged agent => "a" + agent.Agent.Id,
                AgentRemoved agent => "a" + agent.Agent,
                QueueChanged queue => "q" + queue.Queue.Id,
                QueueRemoved queue => "q" + queue.Queue,
                CallChanged call => "c" + call.Call.Id,
                _ => string.Empty,
            };
            if (named.Add(name))
            {
                events.Add(change);
            }
        }

        return [.. events];
    }

    private DomainEvent Any() => _random.Next(100) switch
    {
        < 30 => new AgentChanged(Sample.Agent(Name("agent", 12), (AgentState)_random.Next(6), Levels()) with
        {
            Call = _live.Count > 0 && _random.Next(2) == 0 ? _live[_random.Next(_live.Count)].Id : null,
        }),
        < 33 => new AgentRemoved(AgentId.Of(Name("agent", 12))),
        < 40 => new QueueChanged(Sample.Queue(Name("queue", 4), Levels()) with { Offered = _random.Next(100) }),
        < 42 => new DomainChanged(Sample.Domain() with { AgeingMs = _random.Next(4) * 2 }),
        < 43 => new QueueRemoved(QueueId.Of(Name("queue", 4))),
        _ => AnyCall(),
    };

    private CallChanged AnyCall()
    {
        if (_live.Count == 0 || _random.Next(4) == 0)
        {
            CallView call = Sample.Call($"call-{++_calls}", Name("queue", 4), CallState.Waiting, _random.Next(3), _calls) with { OrderMs = Sample.StartMs + _random.Next(10) };
            _live.Add(call);
            return new CallChanged(call);
        }

        int index = _random.Next(_live.Count);
        CallView changed = _live[index] with
        {
            State = (CallState)_random.Next(4),
            Queue = QueueId.Of(Name("queue", 4)),
            EnqueuedMs = Sample.StartMs + _random.Next(1_000),
        };
        _live[index] = changed;
        if (changed.State == CallState.Ended)
        {
            _live.RemoveAt(index);
        }

        return new CallChanged(changed);
    }

    private string Name(string kind, int count) => $"{kind}-{_random.Next(count)}";

    private SkillLevel[] Levels() => [.. Skills.Where(_ => _random.Next(3) == 0).Select(skill => new SkillLevel(skill, _random.Next(1, 11)))];
}
