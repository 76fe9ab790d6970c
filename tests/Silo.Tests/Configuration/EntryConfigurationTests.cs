using System.Text.Json.Nodes;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Calendars, routes of numbers and ways out of queues, as they are written.</summary>
public sealed class EntryConfigurationTests
{
    private const string Sample = """
        domain: d
        agents: [ { id: a, password: long-and-random } ]
        queues:
          - id: support
            answer: on-agent
            overflow:
              - { on: closed, calendar: office, after: 10m, redirect: "sip:night@example.com" }
              - { on: full, size: 50, reject: 486 }
              - { on: nobody-logged-in, after: 2m, queue: vip }
              - { on: nobody-ready, entryOnly: true, reject: 603 }
              - { on: wait, after: 90s, queue: vip }
          - id: vip
        numbers:
          - number: "1000"
            queue: support
            routes:
              - { when: { header: { name: X-Customer-Class, value: gold } }, queue: vip, priority: 10 }
              - { when: { calendar: office, open: false }, reject: 480 }
          - { number: "2000", redirect: "tel:+33123456789" }
        calendars:
          - id: office
            timeZone: Europe/Paris
            hours:
              - { days: mon-fri, from: 09:00, to: 18:00 }
              - { days: [sat, sun], from: 22:00, to: 02:00 }
              - { days: "tue, fri-mon", from: 00:00, to: 24:00 }
            holidays:
              - 2026-12-25
              - { date: 2026-12-24, name: Christmas Eve, from: 09:00, to: 12:00 }
        """;

    [Fact]
    public void Everything_of_the_sample_is_read()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", Sample);
        Assert.Empty(result.Mistakes);
        DomainConfiguration domain = result.Configuration!;
        Assert.Equal(
            [
                new OverflowRule { On = OverflowCondition.Closed, Calendar = "office", AfterMs = 600_000, To = new RouteTarget(Redirect: "sip:night@example.com") },
                new OverflowRule { On = OverflowCondition.Full, Size = 50, To = new RouteTarget(RejectStatus: 486) },
                new OverflowRule { On = OverflowCondition.NobodyLoggedIn, AfterMs = 120_000, To = new RouteTarget(QueueId.Of("vip")) },
                new OverflowRule { On = OverflowCondition.NobodyReady, EntryOnly = true, To = new RouteTarget(RejectStatus: 603) },
                new OverflowRule { On = OverflowCondition.Wait, AfterMs = 90_000, To = new RouteTarget(QueueId.Of("vip")) },
            ],
            domain.Queues[0].Overflow);
        Assert.Equal(
            [
                new EntryRoute(new EntryCondition(Header: "X-Customer-Class", Value: "gold"), new RouteTarget(QueueId.Of("vip")), 10),
                new EntryRoute(new EntryCondition("office", Open: false), new RouteTarget(RejectStatus: 480)),
            ],
            domain.Numbers[0].Routes);
        Assert.Equal((null, new RouteTarget(Redirect: "tel:+33123456789")), (domain.Numbers[1].Queue, domain.Numbers[1].Otherwise));
        CalendarConfiguration office = Assert.Single(domain.Calendars);
        Assert.Equal([(540, 1080), (1320, 1560), (0, 1440)], office.Hours.Select(hours => (hours.FromMinute, hours.ToMinute)));
        Assert.Equal([DayOfWeek.Tuesday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday], office.Hours[2].Days);
        Assert.Equal([new Holiday(new DateOnly(2026, 12, 25)), new Holiday(new DateOnly(2026, 12, 24), "Christmas Eve", 540, 720)], office.Holidays);
    }

    [Fact]
    public void The_schema_knows_the_sample()
    {
        JsonObject schema = JsonNode.Parse(Repository.Read("deploy/routing.schema.json"))!.AsObject();
        Assert.Empty(new SchemaCheck(schema).Violations(YamlAsJson.Read(Sample)));
    }

    [Theory]
    [InlineData("timeZone: Europe/Paris", "timeZone: Europe/Pariss", "Europe/Pariss", "did you mean 'Europe/Paris'?")]
    [InlineData("days: mon-fri, from", "days: mon-fry, from", "mon-fry", "write mon, tue")]
    [InlineData("to: 18:00", "to: 18h", "18h", "such as 09:00")]
    [InlineData("from: 00:00, to: 24:00", "from: 24:00, to: 24:00", "24:00, to: 24:00", "00:00")]
    [InlineData("- 2026-12-25", "- 25.12.2026", "25.12.2026", "2026-12-25")]
    [InlineData("date: 2026-12-24", "date: 2026-12-25", "2026-12-25, name", "remove one")]
    [InlineData("calendar: office, after", "calendar: offce, after", "offce", "did you mean 'office'?")]
    [InlineData("calendar: office, open", "calendar: offce, open", "offce", "did you mean 'office'?")]
    [InlineData("after: 2m, queue: vip", "after: 2m, queue: vp", "vp }", "did you mean 'vip'?")]
    [InlineData("size: 50, reject: 486", "reject: 486", "{ on: full", "'size: 50'")]
    [InlineData("size: 50, reject: 486", "size: 50, after: 3s, reject: 486", "3s, reject", "full at once or not")]
    [InlineData("size: 50, reject: 486", "size: 50, reject: 486, queue: vip", "{ on: full", "exactly one")]
    [InlineData("size: 50, reject: 486", "size: 50", "{ on: full", "exactly one")]
    [InlineData("on: wait, after: 90s", "on: wait", "{ on: wait", "how long")]
    [InlineData("on: nobody-ready", "on: nobody-logged-in", "nobody-logged-in, entryOnly", "remove one")]
    [InlineData("on: nobody-ready", "on: nobody", "nobody, entryOnly", "nobody-ready")]
    [InlineData("answer: on-agent", "timeout: 5s", "wait, after", "keep one of the two")]
    [InlineData("sip:night@example.com", "night@example.com", "\"night@example.com\"", "SIP URI")]
    [InlineData("value: gold", "wert: gold", "wert", "name, value")]
    [InlineData("redirect: \"tel:+33123456789\"", "redirect: \"tel:+33123456789\", queue: vip", "{ number: \"2000\"", "remove one")]
    public void A_mistake_is_told_with_its_place_and_remedy(string good, string bad, string at, string remedy)
    {
        Assert.Contains(good, Sample, StringComparison.Ordinal);
        string yaml = Sample.Replace(good, bad, StringComparison.Ordinal);
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", yaml);
        ConfigurationMistake mistake = Assert.Single(result.Mistakes);
        string before = yaml[..yaml.IndexOf(at, StringComparison.Ordinal)];
        Assert.Equal((before.Count(letter => letter == '\n') + 1, before.Length - before.LastIndexOf('\n')), ((int)mistake.Line, (int)mistake.Column));
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_zone_is_written_out_to_the_second_of_each_change()
    {
        IReadOnlyList<ZoneOffset> paris = ZoneRules.Find("Europe/Paris", 2026)!;
        Assert.Equal(new ZoneOffset(Ms(2025, 1, 1, 0), 3600), paris[0]);
        Assert.Equal([new ZoneOffset(Ms(2026, 3, 29, 1), 7200), new ZoneOffset(Ms(2026, 10, 25, 1), 3600)], paris.Skip(3).Take(2));
        Assert.Equal(new ZoneOffset(Ms(2036, 10, 26, 1), 3600), paris[^1]);
        Assert.Equal([new ZoneOffset(Ms(2025, 1, 1, 0), 0)], ZoneRules.Find("UTC", 2026));
        Assert.Null(ZoneRules.Find("Europe/Atlantis", 2026));

        static long Ms(int year, int month, int day, int hour) => new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
