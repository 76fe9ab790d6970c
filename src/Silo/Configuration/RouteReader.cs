using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads where calls are led: the routes of numbers, and the ways out of queues. Whether what they name exists is the brain's to check.</summary>
/// <param name="mistakes">Where mistakes go.</param>
/// <param name="places">Where everything stands.</param>
/// <param name="queueId">Reads the id of a queue.</param>
internal sealed class RouteReader(MistakeList mistakes, ConfigurationPlaces places, Func<MappingReader, string, QueueId> queueId)
{
    private const int MaxPriority = 1000;

    private const int MaxSize = 1_000_000;

    /// <summary>Stands for a target that is there and cannot be read. What is said of it is told as an echo of that mistake only, and nothing is led there: a configuration with mistakes is not used.</summary>
    public static readonly QueueId Unreadable = QueueId.Of("#unreadable");

    /// <summary>Whether the rest fits the condition cannot be said then; where it leads can.</summary>
    private const OverflowCondition UnknownCondition = (OverflowCondition)(-1);

    private const string UnreadableUri = "sip:unreadable";

    public IReadOnlyList<EntryRoute> Routes(MappingReader number, string path) =>
        [.. number.List("routes").Select((node, index) => Route(node, $"{path}.routes[{index}]"))];

    public IReadOnlyList<OverflowRule> Overflow(MappingReader queue, string path) =>
        [.. queue.List("overflow").Select((node, index) => Rule(node, $"{path}.overflow[{index}]"))];

    /// <summary>The keys of a mapping that say where calls are led.</summary>
    public RouteTarget Target(MappingReader entry) => new(
        entry.Has("queue") ? queueId(entry, "queue") : null,
        entry.Has("reject") ? entry.Integer("reject", 480, 400, 699) : null,
        entry.Text("redirect") ?? (entry.Has("redirect") ? UnreadableUri : null),
        entry.Text("announcement") ?? (entry.Has("announcement") ? Unreadable.Value : null));

    private EntryRoute Route(YamlNode node, string path)
    {
        var route = new MappingReader(node, "route", ConfigurationKeys.Route, mistakes);
        places.Add(path, route);
        return new EntryRoute(When(route, path), Target(route), route.Has("priority") ? route.Integer("priority", 0, -MaxPriority, MaxPriority) : null);
    }

    private EntryCondition When(MappingReader route, string path)
    {
        if (route.Inner("when", "condition", ConfigurationKeys.Condition) is not { } when)
        {
            return new EntryCondition();
        }

        places.Add($"{path}.when", when);
        MappingReader? header = when.Inner("header", "header", ConfigurationKeys.Header);
        string? name = header?.RequiredText("name");
        return new EntryCondition(when.Text("calendar"), when.Flag("open", fallback: true), name?.Length == 0 ? null : name, name?.Length > 0 ? header?.Text("value") : null);
    }

    private OverflowRule Rule(YamlNode node, string path)
    {
        var rule = new MappingReader(node, "way out of a queue", ConfigurationKeys.Overflow, mistakes);
        places.Add(path, rule);
        _ = rule.RequiredText("on");
        OverflowCondition condition = rule.Choice("on", UnknownCondition);
        return new OverflowRule
        {
            On = condition,
            AfterMs = rule.DurationMs("after", 0),
            Size = rule.Has("size") ? rule.Integer("size", 50, 0, MaxSize) : null,
            Calendar = rule.Text("calendar"),
            EntryOnly = rule.Flag("entryOnly", fallback: false),
            To = Target(rule),
        };
    }
}
