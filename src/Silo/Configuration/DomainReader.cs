using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Makes a domain's configuration of a YAML document. What can be said of one entry is checked here, with its line; what needs the whole
/// (a number that leads to no queue) is the brain's to check.
/// </summary>
internal sealed class DomainReader(MistakeList mistakes, MistakeList warnings)
{
    private readonly SecretCheck _secrets = new(mistakes, warnings);
    private NeedsReader? _needs;

    private const int MaxLevel = 10;

    private const int MaxPriority = 1000;

    private const int MaxWeight = 1000;

    private const int MaxOffers = 50;

    private const int MaxKeep = 1000;

    /// <summary>Where everything that was read stands.</summary>
    public ConfigurationPlaces Places { get; } = new();

    private NeedsReader NeedsReader => _needs ??= new NeedsReader(mistakes, Places);

    private RouteReader Routes => new(mistakes, Places, (entry, key) => Id(entry, key, QueueId.Of));

    /// <summary>What the document says, with defaults where it is wrong.</summary>
    public DomainConfiguration Read(YamlNode document)
    {
        var domain = new MappingReader(document, "domain", ConfigurationKeys.Domain, mistakes);
        DomainId? id = Id(domain, "domain", DomainId.Of);
        string realm = domain.Text("realm") ?? id?.Value ?? "";
        CheckRealm(domain, realm);
        Places.Add("", domain.Place);
        foreach (string key in domain.Keys)
        {
            Places.Add(key, domain.PlaceOf(key));
        }

        // Entries without a usable name are told by their number.
        foreach (string key in domain.Keys)
        {
            int index = 0;
            foreach (Mark place in domain.EntriesIn(key))
            {
                Places.Add($"{key}[{index++}]", place);
            }
        }

        return new DomainConfiguration
        {
            Domain = id ?? DomainId.Of("unnamed"),
            Realm = realm,
            Hosts = domain.TextList("hosts"),
            Demo = domain.Flag("demo", fallback: false),
            Order = domain.Choice("order", CallOrder.Priority),
            AgeingMs = domain.DurationMs("ageing", 0),
            Skills = domain.TextList("skills"),
            Teams = domain.TextList("teams"),
            Attributes = domain.TextList("attributes"),
            Agents = [.. domain.List("agents").SelectMany(node => Agents(node, realm))],
            Queues = [.. domain.List("queues").Select(Queue).OfType<QueueConfiguration>()],
            Reserves = [.. domain.List("reserves").Select(Reserve)],
            Numbers = [.. domain.List("numbers").Select(Number).OfType<NumberConfiguration>()],
            Calendars = [.. domain.List("calendars").Select(new CalendarReader(mistakes, Places, TimeProvider.System.GetUtcNow().Year).Read).OfType<CalendarConfiguration>()],
            Trunks = [.. domain.List("trunks").Select(Trunk)],
            ApiKeys = [.. domain.List("apiKeys").Select(ApiKey).OfType<ApiKeyConfiguration>()],
        };
    }

    private void CheckRealm(MappingReader domain, string realm)
    {
        if (realm.Length == 0 || realm.Any(letter => letter is '"' or '\\' || char.IsControl(letter)))
        {
            mistakes.Add(domain.PlaceOf("realm"), "'realm' must be a text without quotes and backslashes", "it is what phones show when they ask for a password");
        }
    }

    private IEnumerable<AgentConfiguration> Agents(YamlNode node, string realm)
    {
        var agent = new MappingReader(node, "agent", ConfigurationKeys.Agent, mistakes);
        string text = agent.RequiredText("id");
        if (IdRange.Expand(text) is not { } ids)
        {
            mistakes.Add(agent.PlaceOf("id"), $"'{text}' is not a range of at most {IdRange.MaxIdsCount} ids", "write agent[1-2000]");
            yield break;
        }

        IReadOnlyList<SkillLevel> skills = Levels(agent, "skills");
        IReadOnlyList<AgentAttribute>? attributes = NeedsReader.Attributes(agent);
        int weight = agent.Integer("weight", 1, 1, MaxWeight);
        OnRegister onRegister = agent.Choice("onRegister", OnRegister.Ready);
        CheckSecrets(agent);
        bool isRange = false;
        foreach (string id in ids)
        {
            if (CheckedId(agent, "id", id, AgentId.Of) is not { } agentId)
            {
                yield break;
            }

            string Filled(string value) => value.Replace("{id}", id, StringComparison.Ordinal);
            string user = Filled(agent.Text("sipUser") ?? id);
            string? password = agent.Text("password") is { } secret ? Filled(secret) : null;
            AddPlaces(agent, $"agents[{id}]", $"agents[{text}]");
            if (!isRange && password is not null)
            {
                // The first of a range speaks for all: they differ by the id only.
                _secrets.Check("password", password, agent.PlaceOf("password"), id, user);
            }

            isRange = true;
            yield return new AgentConfiguration
            {
                Id = agentId,
                Name = Filled(agent.Text("name") ?? id),
                SipUser = user,
                Ha1Md5 = password is null ? agent.Text("ha1Md5") ?? "" : SecretDigests.Ha1Md5(user, realm, password),
                Ha1Sha256 = password is null ? agent.Text("ha1Sha256") ?? "" : SecretDigests.Ha1Sha256(user, realm, password),
                Skills = skills,
                Team = agent.Text("team"),
                Attributes = attributes,
                Weight = weight,
                OnRegister = onRegister,
            };
        }
    }

    /// <summary>Of a range only the places of the entry: a hundred thousand agents have the same keys in the same lines.</summary>
    private void AddPlaces(MappingReader agent, string path, string entry)
    {
        if (path != entry)
        {
            Places.AddMember(path, entry);
        }

        if (path == entry || !Places.Has(entry))
        {
            Places.Add(entry, agent);
            Places.Add($"{entry}.sipUser", agent.PlaceOf(agent.Has("sipUser") ? "sipUser" : "id"));
            AddLevelPlaces(agent, entry, "skills");
            NeedsReader.AddAttributePlaces(agent, entry);
        }
    }

    private void AddLevelPlaces(MappingReader entry, string path, string key)
    {
        int index = 0;
        foreach (Mark place in entry.KeysIn(key))
        {
            Places.Add($"{path}.{key}[{index++}]", place);
        }
    }

    private void CheckSecrets(MappingReader agent)
    {
        bool digests = agent.Has("ha1Md5") || agent.Has("ha1Sha256");
        if (agent.Has("password") == digests || agent.Has("ha1Md5") != agent.Has("ha1Sha256"))
        {
            mistakes.Add(agent.Place, "an agent needs either 'password' or both 'ha1Md5' and 'ha1Sha256'", "the digests are of user:realm:password in hex");
            return;
        }

        CheckHex(agent, "ha1Md5", lengthChars: 32);
        CheckHex(agent, "ha1Sha256", lengthChars: 64);
    }

    private QueueConfiguration? Queue(YamlNode node)
    {
        var queue = new MappingReader(node, "queue", ConfigurationKeys.Queue, mistakes);
        QueueId? id = Id(queue, "id", QueueId.Of);
        if (id is null)
        {
            return null;
        }

        Places.Add($"queues[{id}]", queue);
        (IReadOnlyList<SkillLevel> needs, NeedExpression? condition) = NeedsReader.Needs(queue, $"queues[{id}]");
        var defaults = new QueueConfiguration { Id = id.Value, Name = id.Value.Value };
        return defaults with
        {
            Name = queue.Text("name") ?? defaults.Name,
            Needs = needs,
            Condition = condition,
            Rings = NeedsReader.Rings(queue, $"queues[{id}]"),
            Prefer = NeedsReader.Prefer(queue, $"queues[{id}]"),
            Strategy = queue.Choice("strategy", defaults.Strategy),
            Priority = queue.Integer("priority", defaults.Priority, -MaxPriority, MaxPriority),
            Weight = queue.Integer("weight", defaults.Weight, 0, MaxWeight),
            Answer = queue.Choice("answer", defaults.Answer),
            Offers = queue.Integer("offers", defaults.Offers, 1, MaxOffers),
            RingTimeoutMs = queue.DurationMs("ringTimeout", defaults.RingTimeoutMs),
            WrapUpMs = queue.DurationMs("wrapUp", defaults.WrapUpMs),
            ServiceLevelMs = queue.DurationMs("serviceLevel", defaults.ServiceLevelMs),
            TimeoutMs = queue.DurationMs("timeout", defaults.TimeoutMs),
            OverflowTo = queue.Has("overflowTo") ? Id(queue, "overflowTo", QueueId.Of) : null,
            RejectStatus = queue.Integer("rejectStatus", defaults.RejectStatus, 400, 699),
            Overflow = Routes.Overflow(queue, $"queues[{id}]"),
            CoolOffMs = queue.DurationMs("coolOff", defaults.CoolOffMs),
            OnNoAnswer = Failure(queue, $"queues[{id}]", "onNoAnswer", defaults.OnNoAnswer),
            OnDecline = Failure(queue, $"queues[{id}]", "onDecline", defaults.OnDecline),
            OnUnreachable = Failure(queue, $"queues[{id}]", "onUnreachable", defaults.OnUnreachable),
            HoldMedia = queue.Text("holdMedia") ?? defaults.HoldMedia,
        };
    }

    private OfferFailurePolicy Failure(MappingReader queue, string path, string key, OfferFailurePolicy fallback)
    {
        MappingReader? policy = queue.Inner(key, key, ConfigurationKeys.Failure);
        if (policy is null)
        {
            return fallback;
        }

        Places.Add($"{path}.{key}", policy);
        AgentAfterFailure agent = policy.Choice("agent", fallback.Agent);
        string? reason = policy.Text("reason") ?? (agent == AgentAfterFailure.NotReady ? fallback.Reason ?? "failed-offer" : null);
        return new OfferFailurePolicy(agent, reason, policy.DurationMs("recoverAfter", fallback.RecoverAfterMs));
    }

    private ReserveConfiguration Reserve(YamlNode node)
    {
        var reserve = new MappingReader(node, "reserve", ConfigurationKeys.Reserve, mistakes);
        string name = reserve.RequiredText("name");
        if (!reserve.Has("keep"))
        {
            mistakes.Add(reserve.Place, "a reserve needs 'keep'", "write how many ready agents are kept, for example 'keep: 2'");
        }

        Places.Add($"reserves[{name}]", reserve);
        var queues = new List<QueueId>();
        foreach ((string queue, Mark place) in reserve.TextList("queues").Zip(reserve.EntriesIn("queues")))
        {
            if (CheckedId(reserve, "queues", queue, QueueId.Of) is { } id)
            {
                Places.Add($"reserves[{name}].queues[{queues.Count}]", place);
                queues.Add(id);
            }
        }

        int? priority = reserve.Has("priorityAtLeast") ? reserve.Integer("priorityAtLeast", 0, -MaxPriority, MaxPriority) : null;
        return new ReserveConfiguration(name, reserve.Integer("keep", 1, 1, MaxKeep), queues, priority);
    }

    private NumberConfiguration? Number(YamlNode node)
    {
        var number = new MappingReader(node, "number", ConfigurationKeys.Number, mistakes);
        string dialled = number.RequiredText("number");
        RouteTarget to = Routes.Target(number);
        int? priority = number.Has("priority") ? number.Integer("priority", 0, -MaxPriority, MaxPriority) : null;
        Places.Add($"numbers[{dialled}]", number);
        if (!number.Has("queue") && !number.Has("reject") && !number.Has("redirect"))
        {
            mistakes.Add(number.Place, "a number needs 'queue'", "add 'queue: …', or 'reject: …' or 'redirect: …'");
            return null;
        }

        return number.Has("queue") && to.Queue is null ? null : new NumberConfiguration(dialled, to.Queue, priority, NeedsReader.Prefer(number, $"numbers[{dialled}]"))
        {
            Routes = Routes.Routes(number, $"numbers[{dialled}]"),
            Otherwise = to is { RejectStatus: null, Redirect: null } ? null : to with { Queue = null },
        };
    }

    private TrunkConfiguration Trunk(YamlNode node)
    {
        var trunk = new MappingReader(node, "trunk", ConfigurationKeys.Trunk, mistakes);
        string name = trunk.RequiredText("name");
        Places.Add($"trunks[{name}]", trunk);
        int index = 0;
        foreach (Mark place in trunk.EntriesIn("addresses"))
        {
            Places.Add($"trunks[{name}].addresses[{index++}]", place);
        }

        return new TrunkConfiguration(name, trunk.TextList("addresses"));
    }

    private ApiKeyConfiguration? ApiKey(YamlNode node)
    {
        var key = new MappingReader(node, "API key", ConfigurationKeys.ApiKey, mistakes);
        string name = key.RequiredText("name");
        ApiRole role = key.Choice("role", ApiRole.Reader);
        if (key.Has("key") == key.Has("sha256"))
        {
            mistakes.Add(key.Place, "an API key needs either 'key' or 'sha256'", "sha256 is the digest of the key in hex");
            return null;
        }

        CheckHex(key, "sha256", lengthChars: 64);
        if (key.Text("key") is { } text)
        {
            _secrets.Check("key", text, key.PlaceOf("key"), name);
        }

        Places.Add($"apiKeys[{name}]", key);
        return new ApiKeyConfiguration(name, key.Text("key") is { } secret ? SecretDigests.Sha256(secret) : key.Text("sha256") ?? "", role);
    }

    private List<SkillLevel> Levels(MappingReader reader, string key) =>
        [.. reader.NumbersByName(key, 1, MaxLevel).Select(skill => new SkillLevel(skill.Name, skill.Value))];

    private void CheckHex(MappingReader reader, string key, int lengthChars)
    {
        if (reader.Text(key) is { } text && (text.Length != lengthChars || text.Any(letter => !char.IsAsciiHexDigitLower(letter))))
        {
            mistakes.Add(reader.PlaceOf(key), $"'{key}' must be {lengthChars} hex digits in lower case", "copy the digest as sha256sum or md5sum prints it");
        }
    }

    private TId? Id<TId>(MappingReader reader, string key, Func<string, TId> of)
        where TId : struct
    {
        string text = reader.RequiredText(key);
        return text.Length == 0 ? null : CheckedId(reader, key, text, of);
    }

    private TId? CheckedId<TId>(MappingReader reader, string key, string text, Func<string, TId> of)
        where TId : struct
    {
        if (Identifier.IsValid(text))
        {
            return of(text);
        }

        mistakes.Add(reader.PlaceOf(key), $"'{text}' is not a valid id", $"use 1 to {Identifier.MaxLengthChars} letters, digits or . _ - + * # @ :");
        return null;
    }
}
