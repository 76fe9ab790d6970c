using System.Globalization;
using System.Text;

namespace Routing.Silo.Tests.Configuration;

/// <summary>
/// A configuration that a seed draws, as the YAML that somebody may write, with what it says kept apart from the program's own reading: skills of agents, needs of queues and of their rings as functions.
/// Every entry stands on a line of its own, so that a mistake put into one has its line.
/// </summary>
internal sealed class DrawnConfiguration
{
    private static readonly string[] Skills = ["english", "french", "support"];
    private static readonly string[] Teams = ["red", "blue"];
    private static readonly string[] Sites = ["paris", "new york"];
    private static readonly string[] Strategies = ["longest-idle", "most-skilled", "least-skilled-that-fits", "least-occupied", "fewest-calls", "round-robin", "ring-order", "weighted-random"];

    private readonly Random _random;
    private readonly StringBuilder _yaml = new();

    public DrawnConfiguration(int seed)
    {
        _random = new Random(seed);
        Line("domain: shop");
        Line($"order: {Pick("priority", "deadline")}");
        Line($"ageing: {Pick("0s", "0", "500ms", "30s", "2m")}");
        Line("skills: [english, french, support]");
        Line("teams: [red, blue]");
        Line("attributes: [site]");
        Line("agents:");
        for (int i = 1; i <= 8; i++)
        {
            Agent($"a{i}");
        }

        Line("queues:");
        string[] queues = ["q1", "q2", "q3", "q4"];
        foreach (string queue in queues)
        {
            Queue(queue);
        }

        Reserves(queues);
        Entries(queues);
        Line("apiKeys:");
        Line($"  - {{ name: admin, key: {Commands.RunningServer.AdminKey}, role: admin }}");
    }

    public delegate bool Needs(DrawnAgent agent);

    public string Yaml => _yaml.ToString();

    public List<DrawnAgent> Agents { get; } = [];

    /// <summary>By queue, of the queue itself and of its rings with the wait at which each begins.</summary>
    public Dictionary<string, List<(int AfterMs, Needs Needs)>> Queues { get; } = new(StringComparer.Ordinal);

    private void Agent(string id)
    {
        Dictionary<string, int> levels = Skills.Where(_ => Chance(60)).ToDictionary(skill => skill, _ => _random.Next(1, 11), StringComparer.Ordinal);
        string? team = Chance(70) ? Pick(Teams) : null;
        string? site = Chance(60) ? Pick(Sites) : null;
        Agents.Add(new DrawnAgent(id, levels, team, site));
        string[] parts =
        [
            $"id: {id}",
            $"password: \"{{id}}-long-enough\"",
            .. levels.Count > 0 || Chance(50) ? [$"skills: {Levels(levels)}"] : (string[])[],
            .. team is null ? (string[])[] : [$"team: {team}"],
            .. site is null ? (string[])[] : [$"attributes: {{ site: {site} }}"],
            .. Chance(50) ? [$"weight: {_random.Next(1, 1001)}"] : (string[])[],
            .. Chance(30) ? [$"onRegister: {Pick("ready", "nothing")}"] : (string[])[],
        ];
        Entry(parts);
    }

    private void Queue(string id)
    {
        (string text, Needs needs) = DrawNeeds();
        List<(int AfterMs, Needs Needs)> all = [(0, needs)];
        List<string> rings = [];
        for (int after = 0; rings.Count < _random.Next(0, 4);)
        {
            after += _random.Next(1, 600);
            (string ring, Needs widened) = DrawNeeds();
            rings.Add($"{{ after: {after}s, needs: {ring} }}");
            all.Add((after * 1_000, widened));
        }

        Queues.Add(id, all);
        string[] parts =
        [
            $"id: {id}",
            $"needs: {text}",
            .. rings.Count > 0 ? [$"rings: [{string.Join(", ", rings)}]"] : (string[])[],
            .. Chance(70) ? [$"strategy: {Pick(Strategies)}"] : (string[])[],
            .. Chance(50) ? [$"priority: {_random.Next(-1000, 1001)}"] : (string[])[],
            .. Chance(50) ? [$"weight: {_random.Next(0, 1001)}"] : (string[])[],
            .. Chance(30) ? [$"offers: {_random.Next(1, 51)}"] : (string[])[],
            .. Chance(30) ? [$"answer: {Pick("on-agent", "on-queue", "immediately")}"] : (string[])[],
            .. Chance(30) ? [$"ringTimeout: {_random.Next(1, 601)}s"] : (string[])[],
            .. Chance(30) ? [$"wrapUp: {Pick("0s", "1500ms", "24h")}"] : (string[])[],
            .. Chance(30) ? [$"prefer: {{ agent: {Pick("last-agent", "a1", "a8")}, hold: {_random.Next(0, 86_401)}s }}"] : (string[])[],
            .. Chance(30) ? [$"onNoAnswer: {{ agent: not-ready, reason: {Pick("away", "'not there'")}, recoverAfter: 5m, after: {_random.Next(1, 101)} }}"] : (string[])[],
        ];
        Entry(parts);
    }

    private void Reserves(string[] queues)
    {
        Line("reserves:");
        Entry("name: some", $"keep: {_random.Next(1, 1001)}", $"queues: [{Pick(queues)}]");
        Entry("name: vip", $"keep: {_random.Next(1, 1001)}", $"priorityAtLeast: {_random.Next(-1000, 1001)}");
    }

    private void Entries(string[] queues)
    {
        Line("calendars:");
        Entry("id: office", $"timeZone: {Pick("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe")}", $"hours: [{{ days: {Pick("mon-fri", "[sat, sun]", "sun")}, from: {Pick("00:00", "9:00", "22:30")}, to: {Pick("24:00", "06:00")} }}]");
        Line("numbers:");
        foreach (string queue in queues)
        {
            string route = Chance(50) ? $"{{ when: {{ header: {{ name: X-Class, value: {Pick("gold", "7")} }} }}, queue: {Pick(queues)}, priority: {_random.Next(-1000, 1001)} }}"
                : $"{{ when: {{ calendar: office, open: {Pick("true", "false")} }}, {Pick("reject: 603", "redirect: \"sip:night@192.0.2.9\"", "queue: q1")} }}";
            Entry($"number: \"10{queue[1]}\"", $"queue: {queue}", $"routes: [{route}]");
        }
    }

    private (string Text, Needs Needs) DrawNeeds()
    {
        if (Chance(50))
        {
            Dictionary<string, int> levels = Skills.Where(_ => Chance(40)).ToDictionary(skill => skill, _ => _random.Next(1, 8), StringComparer.Ordinal);
            return (Levels(levels), agent => levels.All(need => agent.LevelOf(need.Key) >= need.Value));
        }

        (string text, Needs needs) = Condition(2);
        return ($"\"{text}\"", needs);
    }

    private (string Text, Needs Needs) Condition(int depth)
    {
        int kind = depth == 0 ? _random.Next(3, 6) : _random.Next(0, 6);
        if (kind < 2)
        {
            (string left, Needs first) = Condition(depth - 1);
            (string right, Needs second) = Condition(depth - 1);
            return kind == 0 ? ($"({left} and {right})", agent => first(agent) && second(agent)) : ($"({left} or {right})", agent => first(agent) || second(agent));
        }

        if (kind == 2)
        {
            (string text, Needs denied) = Condition(depth - 1);
            return ($"not ({text})", agent => !denied(agent));
        }

        if (kind == 3)
        {
            string team = Pick(Teams);
            return Chance(50) ? ($"team = {team}", agent => agent.Team == team) : ($"team != {team}", agent => agent.Team != team);
        }

        if (kind == 4)
        {
            string site = Pick(Sites);
            return Chance(50) ? ($"site = '{site}'", agent => agent.Site == site) : ($"site != '{site}'", agent => agent.Site != site);
        }

        string skill = Pick(Skills);
        int level = _random.Next(1, 10);
        return _random.Next(0, 6) switch
        {
            0 => ($"{skill} >= {level}", agent => agent.LevelOf(skill) >= level),
            1 => ($"{skill} > {level}", agent => agent.LevelOf(skill) > level),
            2 => ($"{skill} <= {level}", agent => agent.LevelOf(skill) <= level),
            3 => ($"{skill} < {level}", agent => agent.LevelOf(skill) < level),
            4 => ($"{skill} = {level}", agent => agent.LevelOf(skill) == level),
            _ => ($"{skill} != {level}", agent => agent.LevelOf(skill) != level),
        };
    }

    /// <summary>An entry of a list on one line, its keys in any order.</summary>
    private void Entry(params string[] parts)
    {
        _random.Shuffle(parts);
        Line($"  - {{ {string.Join(", ", parts)} }}");
    }

    private static string Levels(Dictionary<string, int> levels) =>
        levels.Count == 0 ? "{}" : $"{{ {string.Join(", ", levels.Select(static level => string.Create(CultureInfo.InvariantCulture, $"{level.Key}: {level.Value}")))} }}";

    private void Line(string text) => _yaml.Append(text).Append('\n');

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Pick(params string[] of) => of[_random.Next(of.Length)];
}
