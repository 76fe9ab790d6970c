using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Makes a domain's configuration of a YAML document. What can be said of one entry is checked here, with its line; what needs the whole
/// (a number that leads to no queue) is the brain's to check. An entry without a usable name is read to its end under the name <c>#3</c>, its place in the list: what else is wrong with it is told too.
/// </summary>
internal sealed class DomainReader(MistakeList mistakes, MistakeList warnings, ISoundSource sounds)
{
    private readonly SecretCheck _secrets = new(mistakes, warnings);
    private readonly List<SoundFile> _sounds = [];
    private NeedsReader? _needs;
    private MappingReader? _domain;
    private int _agentsCount;

    /// <summary>Instead of digests that are missing, which was told.</summary>
    private static readonly string NoMd5 = new('0', 32);

    private static readonly string NoSha256 = new('0', 64);

    private const int MaxLevel = 10;

    private const int MaxPriority = 1000;

    private const int MaxWeight = 1000;

    private const int MaxOffers = 50;

    private const int MaxKeep = 1000;

    private const int MaxMisses = 100;

    private const string CountingPolicy = "onNoAnswer";

    /// <summary>Where everything that was read stands.</summary>
    public ConfigurationPlaces Places { get; } = new();

    /// <summary>The sounds that were found.</summary>
    public IReadOnlyList<SoundFile> Sounds => _sounds;

    /// <summary>Whether an unknown key of the domain was probably meant to be this one.</summary>
    public bool IsMisspelt(string key) => _domain?.IsMisspelt(key) == true;

    private NeedsReader NeedsReader => _needs ??= new NeedsReader(mistakes, Places);

    private LendingReader Lending => new(mistakes, Places);

    private RouteReader Routes => new(mistakes, Places, Reference);

    /// <summary>What the document says, with defaults where it is wrong.</summary>
    public DomainConfiguration Read(YamlNode document)
    {
        var domain = new MappingReader(document, "domain", ConfigurationKeys.Domain, mistakes);
        _domain = domain;
        DomainId? id = Id(domain, "domain", DomainId.Of);
        string realm = domain.Text("realm") ?? id?.Value ?? "";
        if (domain.Has("realm") || id is not null)
        {
            CheckRealm(domain, realm);
        }

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
            Realm = domain.Has("realm") || id is not null ? realm : EntryPath.Place(0), // a domain without a usable name was told
            Hosts = domain.TextList("hosts"),
            Demo = domain.Flag("demo", fallback: false),
            Order = domain.Choice("order", CallOrder.Priority),
            AgeingMs = domain.DurationMs("ageing", 0),
            Skills = domain.TextList("skills"),
            Teams = domain.TextList("teams"),
            Attributes = domain.TextList("attributes"),
            Agents = [.. domain.List("agents").SelectMany((node, index) => Agents(node, index, realm))],
            Queues = [.. domain.List("queues").Select(Queue)],
            Reserves = [.. domain.List("reserves").Select(Reserve)],
            Numbers = [.. domain.List("numbers").Select(Number)],
            Calendars = [.. domain.List("calendars").Select(new CalendarReader(mistakes, warnings, Places, TimeProvider.System.GetUtcNow().Year).Read)],
            Announcements = [.. domain.List("announcements").Select(new AnnouncementReader(mistakes, Places, sounds, _sounds).Read)],
            Trunks = [.. domain.List("trunks").Select(Trunk)],
            ApiKeys = [.. domain.List("apiKeys").Select(ApiKey)],
        };
    }

    private void CheckRealm(MappingReader domain, string realm)
    {
        if (realm.Length == 0 || realm.Any(letter => letter is '"' or '\\' || char.IsControl(letter)))
        {
            mistakes.Add(domain.PlaceOf("realm"), "'realm' must be a text without quotes and backslashes", "it is what phones show when they ask for a password");
        }
    }

    private IEnumerable<AgentConfiguration> Agents(YamlNode node, int index, string realm)
    {
        var agent = new MappingReader(node, "agent", ConfigurationKeys.Agent, mistakes);
        string text = agent.RequiredText("id");
        IEnumerable<string>? ids = text.Length == 0 ? [EntryPath.Place(index)] : IdRange.Expand(text);
        if (ids is null)
        {
            mistakes.Add(agent.PlaceOf("id"), $"'{text}' is not a range of at most {IdRange.MaxIdsCount} ids", "write agent[1-2000]");
            ids = [EntryPath.Place(index)];
        }

        IReadOnlyList<SkillLevel> skills = Levels(agent, "skills");
        IReadOnlyList<AgentAttribute>? attributes = NeedsReader.Attributes(agent);
        int weight = agent.Integer("weight", 1, 1, MaxWeight);
        OnRegister onRegister = agent.Choice("onRegister", OnRegister.Ready);
        CheckSecrets(agent);
        bool isFirst = true;
        string entry = $"agents[{text}#{index}]";
        foreach (string expanded in ids)
        {
            AgentId? valid = CheckedId(agent.PlaceOf("id"), expanded, AgentId.Of);
            string id = valid is null ? EntryPath.Place(index) : expanded;
            string Filled(string value) => value.Replace("{id}", id, StringComparison.Ordinal);
            string user = Filled(agent.Text("sipUser") ?? id);
            string? password = agent.Text("password") is { } secret ? Filled(secret) : null;
            string path = Places.PathOf("agents", id, _agentsCount++);
            AddPlaces(agent, path, id == text || valid is null ? path : entry);
            if (isFirst && password is not null)
            {
                // The first of a range speaks for all: they differ by the id only.
                _secrets.Check("password", password, agent.PlaceOf("password"), id, user);
            }

            isFirst = false;
            yield return new AgentConfiguration
            {
                Id = AgentId.Of(id),
                Name = Filled(agent.Text("name") ?? id),
                SipUser = user,
                Ha1Md5 = password is null ? agent.Text("ha1Md5") ?? NoMd5 : SecretDigests.Ha1Md5(user, realm, password),
                Ha1Sha256 = password is null ? agent.Text("ha1Sha256") ?? NoSha256 : SecretDigests.Ha1Sha256(user, realm, password),
                Skills = skills,
                Team = agent.Text("team"),
                Attributes = attributes,
                Weight = weight,
                OnRegister = onRegister,
            };
            if (valid is null)
            {
                yield break;
            }
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
        if ((agent.Has("password") && digests) || agent.Has("ha1Md5") != agent.Has("ha1Sha256") || agent.Lacks("password", "ha1Md5", "ha1Sha256"))
        {
            mistakes.Add(agent.Place, "an agent needs either 'password' or both 'ha1Md5' and 'ha1Sha256'", "the digests are of user:realm:password in hex");
        }

        CheckHex(agent, "ha1Md5", lengthChars: 32);
        CheckHex(agent, "ha1Sha256", lengthChars: 64);
    }

    private QueueConfiguration Queue(YamlNode node, int index)
    {
        var queue = new MappingReader(node, "queue", ConfigurationKeys.Queue, mistakes);
        QueueId id = Id(queue, "id", QueueId.Of) ?? QueueId.Of(EntryPath.Place(index));

        string path = Places.PathOf("queues", id.Value, index);
        Places.Add(path, queue);
        (IReadOnlyList<SkillLevel> needs, NeedExpression? condition) = NeedsReader.Needs(queue, path);
        var defaults = new QueueConfiguration { Id = id, Name = id.Value };
        return defaults with
        {
            Name = queue.Text("name") ?? defaults.Name,
            Needs = needs,
            Condition = condition,
            Rings = NeedsReader.Rings(queue, path),
            Prefer = NeedsReader.Prefer(queue, path),
            Strategy = queue.Choice("strategy", defaults.Strategy),
            Priority = queue.Integer("priority", defaults.Priority, -MaxPriority, MaxPriority),
            Weight = queue.Integer("weight", defaults.Weight, 0, MaxWeight),
            Answer = queue.Choice("answer", defaults.Answer),
            Offers = queue.Integer("offers", defaults.Offers, 1, MaxOffers),
            RingTimeoutMs = RingTimeout(queue, defaults.RingTimeoutMs),
            WrapUpMs = queue.DurationMs("wrapUp", defaults.WrapUpMs),
            ServiceLevelMs = queue.DurationMs("serviceLevel", defaults.ServiceLevelMs),
            TimeoutMs = queue.DurationMs("timeout", defaults.TimeoutMs),
            OverflowTo = queue.Has("overflowTo") ? Reference(queue, "overflowTo") : null,
            RejectStatus = queue.Integer("rejectStatus", defaults.RejectStatus, 400, 699),
            Overflow = Routes.Overflow(queue, path),
            Borrow = Lending.Borrow(queue, path),
            Guests = Lending.Guests(queue, path),
            CoolOffMs = queue.DurationMs("coolOff", defaults.CoolOffMs),
            OnNoAnswer = Failure(queue, path, "onNoAnswer", defaults.OnNoAnswer),
            OnDecline = Failure(queue, path, "onDecline", defaults.OnDecline),
            OnUnreachable = Failure(queue, path, "onUnreachable", defaults.OnUnreachable),
            OnCallerLeft = Failure(queue, path, "onCallerLeft", defaults.OnCallerLeft),
            HoldMedia = queue.Text("holdMedia") ?? defaults.HoldMedia,
        };
    }

    /// <summary>None at all would be read as the default by the brain, where 0 is what an older configuration lacks.</summary>
    private int RingTimeout(MappingReader queue, int fallbackMs)
    {
        int ringMs = queue.DurationMs("ringTimeout", fallbackMs);
        if (ringMs == 0)
        {
            mistakes.Add(queue.PlaceOf("ringTimeout"), "a phone cannot ring for no time", "write from 1s to 10m, or remove the key for 15s");
        }

        return ringMs;
    }

    private OfferFailurePolicy Failure(MappingReader queue, string path, string key, OfferFailurePolicy fallback)
    {
        MappingReader? policy = queue.Inner(key, "policy", ConfigurationKeys.Failure);
        if (policy is null)
        {
            return fallback;
        }

        if (key != CountingPolicy && policy.Has("after"))
        {
            mistakes.Add(policy.PlaceOf("after"), $"only '{CountingPolicy}' counts", "remove it");
        }

        Places.Add($"{path}.{key}", policy);
        AgentAfterFailure agent = policy.Choice("agent", fallback.Agent);
        string? reason = policy.Text("reason") ?? (agent == AgentAfterFailure.NotReady ? fallback.Reason ?? "failed-offer" : null);
        return new OfferFailurePolicy(agent, reason, policy.DurationMs("recoverAfter", 0)) { AfterMisses = policy.Integer("after", 1, 1, MaxMisses) };
    }

    private ReserveConfiguration Reserve(YamlNode node, int index)
    {
        var reserve = new MappingReader(node, "reserve", ConfigurationKeys.Reserve, mistakes);
        string name = Named(reserve.RequiredText("name"), index);
        if (reserve.Lacks("keep"))
        {
            mistakes.Add(reserve.Place, "a reserve needs 'keep'", "write how many ready agents are kept, for example 'keep: 2'");
        }

        string path = Places.PathOf("reserves", name, index);
        Places.Add(path, reserve);
        var queues = new List<QueueId>();
        foreach ((string queue, Mark place) in reserve.TextList("queues").Zip(reserve.EntriesIn("queues")))
        {
            Places.Add($"{path}.queues[{queues.Count}]", place);
            queues.Add(CheckedId(place, queue, QueueId.Of) ?? RouteReader.Unreadable);
        }

        int? priority = reserve.Has("priorityAtLeast") ? reserve.Integer("priorityAtLeast", 0, -MaxPriority, MaxPriority) : null;
        return new ReserveConfiguration(name, reserve.Integer("keep", 1, 1, MaxKeep), queues, priority);
    }

    private NumberConfiguration Number(YamlNode node, int index)
    {
        var number = new MappingReader(node, "number", ConfigurationKeys.Number, mistakes);
        string dialled = Named(number.RequiredText("number"), index);
        RouteTarget to = Routes.Target(number);
        int? priority = number.Has("priority") ? number.Integer("priority", 0, -MaxPriority, MaxPriority) : null;
        string path = Places.PathOf("numbers", dialled, index);
        Places.Add(path, number);
        if (to == new RouteTarget())
        {
            if (number.Lacks("queue", "announcement", "reject", "redirect"))
            {
                mistakes.Add(number.Place, "a number needs 'queue'", "add 'queue: …', or 'announcement: …', 'reject: …' or 'redirect: …'");
            }

            to = new RouteTarget(RouteReader.Unreadable);
        }

        return new NumberConfiguration(dialled, to.Queue, priority, NeedsReader.Prefer(number, path))
        {
            Routes = Routes.Routes(number, path),
            Otherwise = to with { Queue = null } is var otherwise && otherwise == new RouteTarget() ? null : otherwise,
        };
    }

    private TrunkConfiguration Trunk(YamlNode node, int index)
    {
        var trunk = new MappingReader(node, "trunk", ConfigurationKeys.Trunk, mistakes);
        string name = Named(trunk.RequiredText("name"), index);
        string path = Places.PathOf("trunks", name, index);
        Places.Add(path, trunk);
        foreach ((int address, Mark place) in trunk.EntriesIn("addresses").Index())
        {
            Places.Add($"{path}.addresses[{address}]", place);
        }

        return new TrunkConfiguration(name, trunk.TextList("addresses"));
    }

    private ApiKeyConfiguration ApiKey(YamlNode node, int index)
    {
        var key = new MappingReader(node, "API key", ConfigurationKeys.ApiKey, mistakes);
        string name = Named(key.RequiredText("name"), index);
        ApiRole role = key.Choice("role", ApiRole.Reader);
        if ((key.Has("key") && key.Has("sha256")) || key.Lacks("key", "sha256"))
        {
            mistakes.Add(key.Place, "an API key needs either 'key' or 'sha256'", "sha256 is the digest of the key in hex");
        }

        CheckHex(key, "sha256", lengthChars: 64);
        if (key.Text("key") is { } text)
        {
            _secrets.Check("key", text, key.PlaceOf("key"), name);
        }

        Places.Add(Places.PathOf("apiKeys", name, index), key);
        return new ApiKeyConfiguration(name, key.Text("key") is { } secret ? SecretDigests.Sha256(secret) : key.Text("sha256") ?? NoSha256, role);
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

    private static string Named(string text, int index) => text.Length == 0 ? EntryPath.Place(index) : text;

    /// <summary>A queue that is named somewhere; one that is nowhere when the name is unusable, so that the mistake is told once.</summary>
    private QueueId Reference(MappingReader reader, string key) => Id(reader, key, QueueId.Of) ?? RouteReader.Unreadable;

    private TId? Id<TId>(MappingReader reader, string key, Func<string, TId> of)
        where TId : struct => CheckedId(reader.PlaceOf(key), reader.RequiredText(key), of);

    /// <summary>Null for a text that is no id. An empty one was told already.</summary>
    private TId? CheckedId<TId>(Mark place, string text, Func<string, TId> of)
        where TId : struct
    {
        if (Identifier.IsValid(text))
        {
            return of(text);
        }

        if (text.Length > 0)
        {
            mistakes.Add(place, $"'{text}' is not a valid id", $"use 1 to {Identifier.MaxLengthChars} letters, digits or . _ - + * # @ :");
        }

        return null;
    }
}
