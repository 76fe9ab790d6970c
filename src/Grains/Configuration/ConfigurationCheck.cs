using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>Finds every mistake in a configuration, not only the first. What passes here can be applied to any domain of its name.</summary>
public sealed class ConfigurationCheck
{
    public const int MinLevel = 1;
    public const int MaxLevel = 10;
    public const int MaxPriority = 1000;
    public const int MaxWeight = 1000;
    public const int MaxOffers = 50;
    public const int MaxKeep = 1000;
    public const int MaxReservesCount = ReserveBook.MaxReservesCount;
    public const int MaxMissesCount = 100;
    public const int MinRingTimeoutMs = 1_000;
    public const int MaxRingTimeoutMs = 10 * 60 * 1000;
    public const int MaxDurationMs = 24 * 60 * 60 * 1000;

    /// <summary>Queues of a circle that its mistake names.</summary>
    private const int MaxCircleShownCount = 20;

    private const string NoQueues = "list it under 'queues:' first";

    private readonly List<ConfigurationMistake> _mistakes = [];
    private readonly DomainConfiguration _configuration;
    private readonly HashSet<string> _skills = new(StringComparer.Ordinal);
    private readonly Dictionary<QueueId, QueueConfiguration> _queues = [];
    private readonly Dictionary<string, AgentId> _sipUsers = new(StringComparer.Ordinal);
    private readonly HashSet<QueueId> _circles = [];
    private readonly NeedsCheck _needs;

    private readonly EntryCheck _entries;

    private ConfigurationCheck(DomainConfiguration configuration)
    {
        _configuration = configuration;
        _needs = new NeedsCheck(configuration, Add);
        _entries = new EntryCheck(configuration, _queues, Add);
    }

    private List<string> QueueNames => [.. _queues.Keys.Select(queue => queue.Value)];

    /// <summary>All mistakes in the order of the configuration; empty when there are none.</summary>
    public static IReadOnlyList<ConfigurationMistake> Check(DomainConfiguration configuration)
    {
        ConfigurationCheck check = new(configuration);
        check.CheckDomain();
        check.CheckSkills();
        check._needs.CheckNames();
        check.CheckAgents();
        check._entries.CheckCalendars();
        check._entries.CheckAnnouncements();
        check.CheckQueues();
        check.CheckOrder();
        check.CheckNumbers();
        check._entries.CheckHeaders();
        check.CheckAccess();
        return check._mistakes;
    }

    private void Add(string location, string text, string remedy) => _mistakes.Add(new ConfigurationMistake(location, text, remedy));

    private void CheckDomain()
    {
        if (_configuration.Domain.Value is null)
        {
            Add("domain", "is missing", "name the domain");
        }

        if (string.IsNullOrWhiteSpace(_configuration.Realm))
        {
            Add("realm", "is empty, and phones need one to log in", "give it a name, or leave it out for the domain's name");
        }
    }

    private void CheckSkills()
    {
        for (int i = 0; i < _configuration.Skills.Count; i++)
        {
            string skill = _configuration.Skills[i];
            if (string.IsNullOrWhiteSpace(skill))
            {
                Add($"skills[{i}]", "is empty", "name the skill or remove the entry");
            }
            else if (!_skills.Add(skill))
            {
                Add($"skills[{i}]", $"skill '{skill}' is there twice", "remove one of them");
            }
        }
    }

    private void CheckAgents()
    {
        HashSet<AgentId> ids = [];
        for (int i = 0; i < _configuration.Agents.Count; i++)
        {
            AgentConfiguration agent = _configuration.Agents[i];
            if (agent.Id.Value is null)
            {
                Add($"agents[{i}].id", "is missing", "give the agent an id");
                continue;
            }

            bool isFirst = ids.Add(agent.Id);
            string at = EntryPath.Of("agents", agent.Id.Value, i, isFirst);
            if (!isFirst)
            {
                Add($"{at}.id", $"agent '{agent.Id}' is there twice", "give one of them another id");
            }

            if (!Identifier.IsValid(agent.SipUser))
            {
                Add($"{at}.sipUser", $"'{agent.SipUser}' is no SIP user", $"use 1 to {Identifier.MaxLengthChars} letters, digits or . _ - + * # @ :");
            }
            else if (!_sipUsers.TryAdd(agent.SipUser, agent.Id) && (isFirst || agent.SipUser != agent.Id.Value))
            {
                Add($"{at}.sipUser", $"'{agent.SipUser}' is the SIP user of agent '{_sipUsers[agent.SipUser]}' already", "give each agent a sipUser of its own");
            }

            CheckDigest($"{at}.ha1Md5", agent.Ha1Md5, 32);
            CheckDigest($"{at}.ha1Sha256", agent.Ha1Sha256, 64);
            CheckLevels($"{at}.skills", agent.Skills);
            _needs.CheckAgent(at, agent);
            CheckRange($"{at}.weight", agent.Weight, 1, MaxWeight);
        }
    }

    private void CheckQueues()
    {
        for (int i = 0; i < _configuration.Queues.Count; i++)
        {
            QueueConfiguration queue = _configuration.Queues[i];
            if (queue.Id.Value is null)
            {
                Add($"queues[{i}].id", "is missing", "give the queue an id");
            }
            else if (!_queues.TryAdd(queue.Id, queue))
            {
                Add($"{EntryPath.Of("queues", queue.Id.Value, i, isFirst: false)}.id", $"queue '{queue.Id}' is there twice", "give one of them another id");
            }
        }

        FindCircles();
        foreach ((int i, QueueConfiguration queue) in _configuration.Queues.Index())
        {
            if (queue.Id.Value is not null)
            {
                CheckQueue(EntryPath.Of("queues", queue.Id.Value, i, ReferenceEquals(_queues[queue.Id], queue)), queue);
            }
        }
    }

    private void CheckQueue(string at, QueueConfiguration queue)
    {
        CheckLevels($"{at}.needs", queue.Needs);
        _needs.CheckCondition($"{at}.needs", queue.Condition);
        _needs.CheckRings($"{at}.rings", queue.Rings);
        for (int i = 0; i < queue.Rings.Count; i++)
        {
            CheckLevels($"{at}.rings[{i}].needs", queue.Rings[i].Needs);
        }

        _needs.CheckPrefer($"{at}.prefer", queue.Prefer);
        CheckKnown($"{at}.strategy", queue.Strategy);
        CheckKnown($"{at}.answer", queue.Answer);
        CheckRange($"{at}.priority", queue.Priority, -MaxPriority, MaxPriority);
        CheckRange($"{at}.weight", queue.Weight, 0, MaxWeight);
        CheckRange($"{at}.offers", queue.Offers, 1, MaxOffers);
        CheckDuration($"{at}.ringTimeoutMs", queue.RingTimeoutMs, MinRingTimeoutMs, MaxRingTimeoutMs);
        CheckDuration($"{at}.wrapUpMs", queue.WrapUpMs, 0, MaxDurationMs);
        CheckDuration($"{at}.serviceLevelMs", queue.ServiceLevelMs, 0, MaxDurationMs);
        CheckDuration($"{at}.timeoutMs", queue.TimeoutMs, 0, MaxDurationMs);
        CheckDuration($"{at}.coolOffMs", queue.CoolOffMs, 0, MaxDurationMs);
        CheckRange($"{at}.rejectStatus", queue.RejectStatus, 400, 699);
        CheckPolicy($"{at}.onNoAnswer", queue.OnNoAnswer);
        CheckPolicy($"{at}.onDecline", queue.OnDecline);
        CheckPolicy($"{at}.onUnreachable", queue.OnUnreachable);
        CheckPolicy($"{at}.onCallerLeft", queue.OnCallerLeft);
        if (string.IsNullOrWhiteSpace(queue.HoldMedia))
        {
            Add($"{at}.holdMedia", "is empty", "write 'tone', which is built in, or remove the key");
        }

        _entries.CheckRules(at, queue);
        new LendingCheck(_configuration.Domain, Add).Check(at, queue);
        CheckOverflow(at, queue);
    }

    private void CheckOverflow(string at, QueueConfiguration queue)
    {
        if (queue.OverflowTo is { } next && !_queues.ContainsKey(next))
        {
            Add($"{at}.overflowTo", $"there is no queue '{next}'", NearestName.Remedy(next.Value, QueueNames, NoQueues));
            return;
        }

        at = queue.OverflowTo is null ? $"{at}.overflow" : $"{at}.overflowTo";

        if (_circles.Contains(queue.Id))
        {
            List<QueueId> path = [queue.Id];
            while (path.Count < MaxCircleShownCount && AfterWait(_queues[path[^1]]) is { } following && following != queue.Id)
            {
                path.Add(following);
            }

            string more = AfterWait(_queues[path[^1]]) == queue.Id ? string.Empty : " → …";
            Add(at, path.Count == 1 ? "the queue overflows to itself" : $"calls would go round in a circle: {string.Join(" → ", path)}{more} → {queue.Id}", "remove one of them, or name a queue outside of the circle");
        }
    }

    /// <summary>The queues from which overflow after the wait leads back to them: a queue leads to one at most, so each is walked over once.</summary>
    private void FindCircles()
    {
        Dictionary<QueueId, int> walkOf = [];
        foreach (QueueConfiguration start in _configuration.Queues.Where(static queue => queue.Id.Value is not null))
        {
            int walk = walkOf.Count + 1;
            QueueConfiguration? current = start;
            while (current is not null && walkOf.TryAdd(current.Id, walk))
            {
                current = AfterWait(current) is { Value: not null } next ? _queues.GetValueOrDefault(next) : null;
            }

            // Back on the way that was just gone: from here on it is a circle.
            while (current is not null && walkOf[current.Id] == walk && _circles.Add(current.Id))
            {
                current = _queues[AfterWait(current)!.Value];
            }
        }
    }

    private void CheckOrder()
    {
        CheckKnown("order", _configuration.Order);
        CheckDuration("ageingMs", _configuration.AgeingMs, 0, MaxDurationMs);
        if (_configuration.Reserves.Count > MaxReservesCount)
        {
            Add("reserves", $"there are {_configuration.Reserves.Count}", $"{MaxReservesCount} are the most");
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < _configuration.Reserves.Count; i++)
        {
            ReserveConfiguration reserve = _configuration.Reserves[i];
            if (string.IsNullOrWhiteSpace(reserve.Name))
            {
                Add($"reserves[{i}].name", "is missing", "give the reserve a name");
                continue;
            }

            bool isFirst = names.Add(reserve.Name);
            string at = EntryPath.Of("reserves", reserve.Name, i, isFirst);
            if (!isFirst)
            {
                Add($"{at}.name", $"reserve '{reserve.Name}' is there twice", "give one of them another name");
            }

            CheckReserve(at, reserve);
        }
    }

    private void CheckReserve(string at, ReserveConfiguration reserve)
    {
        CheckRange($"{at}.keep", reserve.Keep, 1, MaxKeep);
        if (reserve.PriorityAtLeast is { } priority)
        {
            CheckRange($"{at}.priorityAtLeast", priority, -MaxPriority, MaxPriority);
        }
        else if (reserve.Queues.Count == 0)
        {
            Add(at, "is for every call, so it keeps nobody from anything", "say whom it is for: 'queues', 'priorityAtLeast' or both");
        }

        for (int i = 0; i < reserve.Queues.Count; i++)
        {
            if (reserve.Queues[i].Value is null || !_queues.ContainsKey(reserve.Queues[i]))
            {
                Add($"{at}.queues[{i}]", $"there is no queue '{reserve.Queues[i]}'", NearestName.Remedy(reserve.Queues[i].Value ?? string.Empty, QueueNames, NoQueues));
            }
        }
    }

    /// <summary>The queue that a call goes to when it waited too long.</summary>
    private static QueueId? AfterWait(QueueConfiguration queue) =>
        queue.OverflowTo ?? queue.Overflow.FirstOrDefault(static rule => rule.On == OverflowCondition.Wait)?.To.Queue;

    private void CheckNumbers()
    {
        HashSet<string> numbers = new(StringComparer.Ordinal);
        for (int i = 0; i < _configuration.Numbers.Count; i++)
        {
            NumberConfiguration number = _configuration.Numbers[i];
            if (string.IsNullOrWhiteSpace(number.Number))
            {
                Add($"numbers[{i}].number", "is empty", "write the number that is dialled, in quotes");
                continue;
            }

            bool isFirst = numbers.Add(number.Number);
            string at = EntryPath.Of("numbers", number.Number, i, isFirst);
            if (!isFirst)
            {
                Add($"{at}.number", $"number '{number.Number}' is there twice", "remove one of them: a number leads to one queue");
            }

            _entries.CheckNumber(at, number);
            if (_sipUsers.TryGetValue(number.Number, out AgentId agent))
            {
                Add($"{at}.number", $"'{number.Number}' is also the SIP user of agent '{agent}'", "use another number, or give the agent another sipUser");
            }

            if (number.Priority is { } priority)
            {
                CheckRange($"{at}.priority", priority, -MaxPriority, MaxPriority);
            }

            _needs.CheckPrefer($"{at}.prefer", number.Prefer);
        }
    }

    private void CheckAccess()
    {
        HashSet<string> trunks = new(StringComparer.Ordinal);
        for (int i = 0; i < _configuration.Trunks.Count; i++)
        {
            TrunkConfiguration trunk = _configuration.Trunks[i];
            bool isFirst = trunks.Add(trunk.Name);
            string at = string.IsNullOrWhiteSpace(trunk.Name) ? $"trunks[{i}]" : EntryPath.Of("trunks", trunk.Name, i, isFirst);
            if (string.IsNullOrWhiteSpace(trunk.Name))
            {
                Add($"{at}.name", "is empty", "give the trunk a name");
            }
            else if (!isFirst)
            {
                Add($"{at}.name", "the name is there twice", "give each a name of its own");
            }

            for (int j = 0; j < trunk.Addresses.Count; j++)
            {
                if (!IpBlock.IsValid(trunk.Addresses[j]))
                {
                    Add($"{at}.addresses[{j}]", $"'{trunk.Addresses[j]}' is neither an IP address nor a block of them", "write 192.0.2.7 or 192.0.2.0/24");
                }
            }
        }

        HashSet<string> keys = new(StringComparer.Ordinal);
        for (int i = 0; i < _configuration.ApiKeys.Count; i++)
        {
            ApiKeyConfiguration key = _configuration.ApiKeys[i];
            bool isFirst = keys.Add(key.Name);
            string at = string.IsNullOrWhiteSpace(key.Name) ? $"apiKeys[{i}]" : EntryPath.Of("apiKeys", key.Name, i, isFirst);
            if (string.IsNullOrWhiteSpace(key.Name))
            {
                Add($"{at}.name", "is empty", "give the key a name: records say who did it");
            }
            else if (!isFirst)
            {
                Add($"{at}.name", "the name is there twice", "give each a name of its own");
            }

            CheckDigest($"{at}.sha256", key.Sha256, 64);
            CheckKnown($"{at}.role", key.Role);
        }
    }

    private void CheckLevels(string at, IReadOnlyList<SkillLevel> levels)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < levels.Count; i++)
        {
            string skill = levels[i].Skill;
            if (skill is null || !_skills.Contains(skill))
            {
                Add($"{at}[{i}].skill", $"there is no skill '{skill}'", _needs.RemedyOfSkill(skill ?? string.Empty, levels[i].Level));
            }
            else if (!seen.Add(skill))
            {
                Add($"{at}[{i}].skill", $"skill '{skill}' is there twice", "remove one of them");
            }

            CheckRange($"{at}[{i}].level", levels[i].Level, MinLevel, MaxLevel);
        }
    }

    private void CheckPolicy(string at, OfferFailurePolicy policy)
    {
        CheckKnown($"{at}.agent", policy.Agent);
        CheckDuration($"{at}.recoverAfterMs", policy.RecoverAfterMs, 0, MaxDurationMs);
        CheckRange($"{at}.after", policy.AfterMisses, 1, MaxMissesCount);
    }

    private void CheckRange(string at, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            Add(at, $"is {value}", $"it must be from {min} to {max}");
        }
    }

    private void CheckDuration(string at, int valueMs, int minMs, int maxMs)
    {
        if (valueMs < minMs || valueMs > maxMs)
        {
            Add(at, $"is {DurationWords.Of(valueMs)}", $"it must be from {DurationWords.Of(minMs)} to {DurationWords.Of(maxMs)}");
        }
    }

    private void CheckKnown<T>(string at, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(at, $"{value} is not known", $"use one of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }

    private void CheckDigest(string at, string value, int hexDigits)
    {
        if (value is null || value.Length != hexDigits || !value.All(digit => char.IsAsciiDigit(digit) || digit is >= 'a' and <= 'f'))
        {
            Add(at, "is no digest", $"write {hexDigits} hex digits in lower case");
        }
    }
}
