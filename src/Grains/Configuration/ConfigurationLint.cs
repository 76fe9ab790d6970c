using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>
/// What can be applied and was hardly meant: queues that nobody can serve or nothing leads to, settings without effect. For a configuration without mistakes
/// (<see cref="ConfigurationCheck"/>); nothing of it stops a start.
/// </summary>
public sealed class ConfigurationLint
{
    private const int DefaultRejectStatus = 480;
    private const string HoldTone = "tone";

    private readonly List<ConfigurationMistake> _findings = [];
    private readonly DomainConfiguration _configuration;
    private readonly Dictionary<QueueId, QueueConfiguration> _queues;
    private readonly Dictionary<QueueId, bool> _isServed = [];
    private readonly NeedsLint _needs;
    private readonly EntryLint _entries;

    private ConfigurationLint(DomainConfiguration configuration)
    {
        _configuration = configuration;
        _queues = configuration.Queues.ToDictionary(queue => queue.Id);
        _needs = new NeedsLint(configuration, Add);
        _entries = new EntryLint(configuration, Add);
    }

    /// <summary>All findings in the order of the configuration; empty when there are none.</summary>
    public static IReadOnlyList<ConfigurationMistake> Check(DomainConfiguration configuration)
    {
        ConfigurationLint lint = new(configuration);
        OrderLint order = new(configuration, lint.Add);
        lint.LookForEmptiness();
        order.LookAtOrder();
        lint._needs.LookAtNames();
        foreach (QueueConfiguration queue in configuration.Queues)
        {
            lint.LookAtService($"queues[{queue.Id}]", queue);
            lint._needs.LookAt($"queues[{queue.Id}]", queue);
            lint._needs.LookAtPreference($"queues[{queue.Id}].prefer", queue.Prefer, queue);
            lint.LookAtSettings($"queues[{queue.Id}]", queue);
            lint._entries.LookAtQueue($"queues[{queue.Id}]", queue);
            order.LookAt($"queues[{queue.Id}]", queue);
        }

        order.LookAtReserves();
        lint._entries.LookAtNumbers();
        lint.LookAtPreferencesOfNumbers();
        lint._entries.LookAtCalendars();
        lint._entries.LookAtAnnouncements();
        lint.LookAtWeights();
        AccessLint access = new(configuration, lint.Add);
        access.LookAtHosts();
        access.LookAtAgents();
        access.LookAtTrunks();
        access.LookAtKeys();
        return lint._findings;
    }

    private void Add(string location, string text, string remedy) => _findings.Add(new ConfigurationMistake(location, text, remedy));

    private void LookForEmptiness()
    {
        if (_configuration.Agents.Count == 0)
        {
            Add("agents", "there are no agents: no phone can register and every call waits in vain", "list them under 'agents:'");
        }

        if (_configuration.Queues.Count == 0)
        {
            Add("queues", "there are no queues: no call can be taken", "list them under 'queues:'");
        }
        else if (_configuration.Numbers.Count == 0)
        {
            Add("numbers", "there are no numbers: no call can be taken", "list what callers dial under 'numbers:'");
        }
    }

    private void LookAtService(string at, QueueConfiguration queue)
    {
        if (_configuration.Numbers.Count > 0 && !_entries.IsReached(queue.Id) && !_configuration.Queues.Any(other => other.OverflowTo == queue.Id))
        {
            Add(at, $"no number and no overflow leads to queue '{queue.Id}'", "add a number for it, or remove it");
        }

        if (_configuration.Agents.Count == 0 || IsServed(queue))
        {
            return;
        }

        if (!EntryLint.WaysOutUnserved(queue).Any())
        {
            Add($"{at}.needs", $"nobody can serve queue '{queue.Id}', and its calls wait for ever: {Lack(queue)}", "give an agent what it needs, or set 'timeout' and 'overflowTo'");
        }
        else if (!IsRescued(queue))
        {
            Add($"{at}.needs", $"nobody can serve queue '{queue.Id}' nor any queue that it overflows to: {Lack(queue)}", "give an agent what it needs, or let it overflow to a queue that is served");
        }
    }

    private void LookAtSettings(string at, QueueConfiguration queue)
    {
        if (queue is { OverflowTo: not null, TimeoutMs: 0 })
        {
            Add($"{at}.overflowTo", "it never comes to an overflow, because the queue has no timeout", "set 'timeout', for example 60s");
        }

        if (queue.RejectStatus != DefaultRejectStatus && queue.Answer != AnswerMode.OnAgent)
        {
            Add(
                $"{at}.rejectStatus",
                "has no effect on callers who were answered to wait: their call can only be ended by BYE",
                "set 'answer: on-agent', so that waiting callers are not answered, or remove it");
        }

        if (queue.HoldMedia != HoldTone)
        {
            Add($"{at}.holdMedia", $"there is no hold media '{queue.HoldMedia}': callers hear the built-in tone", "write 'tone', or remove it");
        }

        LookAtPolicy($"{at}.onNoAnswer", queue.OnNoAnswer);
        LookAtPolicy($"{at}.onDecline", queue.OnDecline);
        LookAtPolicy($"{at}.onUnreachable", queue.OnUnreachable);
        LookAtPolicy($"{at}.onCallerLeft", queue.OnCallerLeft);
    }

    private void LookAtPolicy(string at, OfferFailurePolicy policy)
    {
        if (policy is { Agent: AgentAfterFailure.Ready, RecoverAfterMs: > 0 })
        {
            Add($"{at}.recoverAfterMs", "has no effect: the agent stays ready", "write 'agent: not-ready', or remove it");
        }

        if (policy is { Agent: AgentAfterFailure.Ready, AfterMisses: > 1 })
        {
            Add($"{at}.after", "has no effect: the agent stays ready", "write 'agent: not-ready', or remove it");
        }

        if (policy is { Agent: AgentAfterFailure.Ready, Reason: not null })
        {
            Add($"{at}.reason", "has no effect: an agent who stays ready has no reason not to be", "write 'agent: not-ready', or remove it");
        }
    }

    private void LookAtPreferencesOfNumbers()
    {
        foreach (NumberConfiguration number in _configuration.Numbers)
        {
            if (number is { Queue: { } queue, Routes.Count: 0 })
            {
                _needs.LookAtPreference($"numbers[{number.Number}].prefer", number.Prefer, _queues[queue]);
            }
        }
    }

    private void LookAtWeights()
    {
        if (_configuration.Agents.FirstOrDefault(static agent => agent.Weight != 1) is { } weighted && !_configuration.Queues.Any(static queue => queue.Strategy == AgentStrategy.WeightedRandom))
        {
            Add($"agents[{weighted.Id}].weight", "weights of agents have no effect: no queue draws lots", "give a queue 'strategy: weighted-random', or remove them");
        }
    }

    private bool IsServed(QueueConfiguration queue)
    {
        if (!_isServed.TryGetValue(queue.Id, out bool served))
        {
            served = _needs.IsServed(queue);
            _isServed.Add(queue.Id, served);
        }

        return served;
    }

    /// <summary>One of the queues that it overflows to is served, or somebody outside.</summary>
    private bool IsRescued(QueueConfiguration queue)
    {
        HashSet<QueueId> seen = [queue.Id];
        Queue<QueueConfiguration> next = new([queue]);
        while (next.TryDequeue(out QueueConfiguration? current))
        {
            foreach (RouteTarget to in EntryLint.WaysOutUnserved(current))
            {
                if (to.Redirect is not null || (to.Queue is { } reached && IsServed(_queues[reached])))
                {
                    return true;
                }

                if (to.Queue is { } following && seen.Add(following))
                {
                    next.Enqueue(_queues[following]);
                }
            }
        }

        return false;
    }

    /// <summary>What is lacking: a level that nobody reaches, else the combination.</summary>
    private string Lack(QueueConfiguration queue)
    {
        if (queue.Condition is not null || queue.Rings.Count > 0)
        {
            return $"no agent meets {NeedsLint.NeedsText(NeedForm.Of(queue.Needs, queue.Condition))}{(queue.Rings.Count > 0 ? ", nor the needs of any ring that calls reach" : string.Empty)}";
        }

        foreach (SkillLevel need in queue.Needs)
        {
            AgentConfiguration best = _configuration.Agents.MaxBy(agent => agent.Traits.LevelOf(need.Skill))!;
            int level = best.Traits.LevelOf(need.Skill);
            if (level < need.Level)
            {
                return level == 0
                    ? $"no agent has '{need.Skill}'"
                    : $"it needs {need.Skill} ≥ {need.Level}, and the highest is {best.Id}'s {level}";
            }
        }

        return $"no agent has all of {string.Join(", ", queue.Needs.Select(need => $"{need.Skill} ≥ {need.Level}"))}";
    }
}
