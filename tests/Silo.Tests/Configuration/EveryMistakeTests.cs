using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>One run tells every mistake: what cannot be used of an entry does not hide what else is wrong with it, and nothing is told twice.</summary>
public sealed class EveryMistakeTests
{
    [Theory]
    [InlineData(
        "queues:\n  - id: my queue\n    prio: 5\n    timeout: soon\n    needs: { english: 3 }",
        "3:9 'my queue' is not a valid id", "4:5 unknown key 'prio'", "5:14 'timeout: soon'", "6:14 queues[#1].needs[0].skill: there is no skill 'english'")]
    [InlineData("queues:\n  - { id: '', strategy: best, overflowTo: nowhere }", "3:11 'id' is empty", "3:25 'strategy: best'", "3:43 queues[#1].overflowTo: there is no queue 'nowhere'")]
    [InlineData("queues:\n  - { weight: 1001, overflowTo: 'a b' }", "3:5 a queue needs 'id'", "3:15 '1001' in 'weight'", "3:33 'a b' is not a valid id")]
    [InlineData(
        "agents:\n  - { id: a b, skills: { x: 1 }, team: t, weight: 0, onRegister: never }",
        "3:5 an agent needs either 'password'", "3:11 'a b' is not a valid id", "3:26 agents[#1].skills[0].skill: there is no skill 'x'", "3:40 agents[#1].team: there is no team 't'", "3:51 '0' in 'weight'", "3:66 'onRegister: never'")]
    [InlineData("agents:\n  - { id: 'a[5-2]', ha1Md5: xyz, team: t }", "3:5 an agent needs either", "3:11 'a[5-2]' is not a range", "3:29 'ha1Md5' must be 32 hex digits", "3:40 agents[#1].team: there is no team 't'")]
    [InlineData("numbers:\n  - { number: '', queue: q, priority: 5000, routes: [ { when: { calendar: c }, queue: r } ] }",
        "3:15 'number' is empty", "3:26 numbers[#1].queue: there is no queue 'q'", "3:39 '5000' in 'priority'", "3:75 numbers[#1].routes[0].when.calendar: there is no calendar 'c'", "3:87 numbers[#1].routes[0].queue: there is no queue 'r'")]
    [InlineData("numbers:\n  - { number: 1, queu: q, prefer: { agent: nobody } }", "3:18 unknown key 'queu'", "3:44 numbers[1].prefer.agent: there is no agent 'nobody'")]
    [InlineData("queues: [ { id: q } ]\nreserves:\n  - { keep: 0, queues: [ r, 'a b' ] }", "4:5 a reserve needs 'name'", "4:13 '0' in 'keep'", "4:26 reserves[#1].queues[0]: there is no queue 'r'", "4:29 'a b' is not a valid id")]
    [InlineData("reserves:\n  - { name: vip }", "3:5 a reserve needs 'keep'", "3:5 reserves[vip]: is for every call")]
    [InlineData("reserves:\n  - { name: vip, keep: 1, queues: vip }", "3:35 'queues' must be a list")]
    [InlineData("calendars:\n  - { timeZone: Paris, hours: [ { days: someday, from: '9', to: '18:00' } ], holidays: [ { date: tomorrow, from: '24:00', to: '25:00' } ] }",
        "3:5 a calendar needs 'id'", "3:17 this machine knows no time zone 'Paris'", "3:41 'someday' is no day", "3:56 'from: 9'", "3:98 'tomorrow' is no date", "3:114 no hours begin", "3:127 'to: 25:00'")]
    [InlineData("queues:\n  - id: q\n    overflow:\n      - { on: someday, queue: r }\n      - { queue: s, after: never }\n      - { on: full, queue: 'a b' }",
        "5:15 'on: someday' is not known", "5:31 queues[q].overflow[0].queue: there is no queue 'r'", "6:9 a way out of a queue needs 'on'", "6:18 queues[q].overflow[1].queue: there is no queue 's'", "6:28 'after: never'",
        "7:9 queues[q].overflow[2].size: is missing", "7:28 'a b' is not a valid id")]
    [InlineData("apiKeys:\n  - { name: '', role: owner }\n  - { name: k }\n  - { name: k, key: something-long-enough }", "3:5 an API key needs either", "3:13 'name' is empty", "3:23 'role: owner'", "4:5 an API key needs either", "5:13 apiKeys[#3].name: the name is there twice (also at f.yaml:4:13)")]
    [InlineData("trunks:\n  - { addresses: [ here, {} ] }", "3:5 a trunk needs 'name'", "3:20 trunks[#1].addresses[0]: 'here'", "3:26 'addresses' has no single value")]
    [InlineData("teams: sales\nattributes: site\nqueues:\n  - { id: q, needs: \"team = 'sales' and site = 'paris'\" }", "2:8 'teams' must be a list", "3:13 'attributes' must be a list")]
    public void Of_an_entry_that_cannot_be_used_all_mistakes_are_told(string yaml, params string[] expected)
    {
        string[] told = [.. ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes.Select(static mistake => $"{mistake.Line}:{mistake.Column} {mistake.Problem}")];

        Assert.True(expected.Length == told.Length, string.Join('\n', told));
        Assert.All(expected.Zip(told), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_two_entries_with_the_same_name_each_has_its_mistakes_where_it_stands()
    {
        string[] told = [.. ConfigurationLoader.Load("f.yaml", """
            domain: d
            agents:
              - { id: "a[1-3]", password: long-enough, team: red }
              - { id: a2, password: long-enough, team: blue }
            queues:
              - { id: q, needs: { english: 3 } }
              - { id: q, needs: { english: 3 } }
            """).Mistakes.Select(static mistake => mistake.ToString())];

        Assert.Equal(
            [
                "f.yaml:3:50: agents[a1].team: there is no team 'red'; list it under 'teams:' first",
                "f.yaml:4:11: agents[#4].id: agent 'a2' is there twice (also at f.yaml:3:11); give one of them another id",
                "f.yaml:4:44: agents[#4].team: there is no team 'blue'; list it under 'teams:' first",
                "f.yaml:6:23: queues[q].needs[0].skill: there is no skill 'english'; list it under 'skills:' first",
                "f.yaml:7:11: queues[#2].id: queue 'q' is there twice (also at f.yaml:6:11); give one of them another id",
                "f.yaml:7:23: queues[#2].needs[0].skill: there is no skill 'english'; list it under 'skills:' first",
            ],
            told);
    }

    [Fact]
    public void A_key_that_is_there_twice_hides_nothing_else()
    {
        string[] told = [.. ConfigurationLoader.Load("f.yaml", """
            domain: d
            skills: [ a ]
            queues:
              - { id: q, needs: { a: 1, a: 2 }, priority: 1, priority: 2, timeout: soon }
            numbers:
              - { number: 1, queue: r }
            domain: e
            queues:
              - { id: r, weight: none }
            """).Mistakes.Select(static mistake => mistake.ToString())];

        Assert.Equal(
            [
                "f.yaml:4:29: the key 'a' is there twice (also at f.yaml:4:23); remove one of them; what both say belongs under one key",
                "f.yaml:4:50: the key 'priority' is there twice (also at f.yaml:4:37); remove one of them; what both say belongs under one key",
                "f.yaml:4:72: 'timeout: soon' is not a duration from 0 to 24 hours; write a whole number with its unit: 500ms, 20s, 1m or 2h",
                "f.yaml:7:1: the key 'domain' is there twice (also at f.yaml:1:1); remove one of them; what both say belongs under one key",
                "f.yaml:8:1: the key 'queues' is there twice (also at f.yaml:3:1); remove one of them; what both say belongs under one key",
                "f.yaml:9:22: 'none' in 'weight' is not a whole number from 0 to 1000; write a number such as 0",
            ],
            told);
    }

    [Fact]
    public void Mappings_are_not_merged_and_it_is_said_what_to_do_instead() =>
        Assert.Contains(
            "let each key repeat its value by an alias",
            Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\nqueues:\n  - &base { id: q, weight: 1 }\n  - { <<: *base, id: r }").Mistakes).Remedy,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("queues: [ { id: q, prio: 5 } ]", "did you mean 'priority'?")]
    [InlineData("queues: [ { id: q, strategy: idle } ]", "did you mean 'longest-idle'?")]
    [InlineData("queues: [ { id: q, timeoutSeconds: 5s } ]", "did you mean 'timeout'?")]
    [InlineData("queues: [ { id: q, overflw: [] } ]", "did you mean 'overflow'?")]
    [InlineData("skills: [ english ]\nqueues: [ { id: q, needs: { eng: 5 } } ]", "did you mean 'english'?")]
    public void The_beginning_or_a_part_of_a_name_is_enough_to_tell_which_one_was_meant(string yaml, string remedy) =>
        Assert.StartsWith(remedy, Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes).Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData("queues: [ { id: q, ringTimeout: 500ms } ]", "ringTimeout: is 500ms; it must be from 1s to 10m")]
    [InlineData("queues: [ { id: q, rings: [ { after: 30s, needs: {} }, { after: 1500ms, needs: {} } ] } ]", "is 1500ms, and the ring before begins after 30s")]
    [InlineData("queues: [ { id: q, rings: [ { after: 0, needs: {} } ] } ]", "is 0; it must be from 1ms to 24h")]
    [InlineData("queues: [ { id: q, timeout: -20s } ]", "'timeout: -20s' is not a duration from 0 to 24 hours")]
    public void Durations_are_told_in_the_units_of_the_file(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_fault_in_one_entry_hides_neither_those_of_others_nor_what_is_wrong_elsewhere()
    {
        string[] told = [.. ConfigurationLoader.Load("f.yaml", """
            domain: d
            skills: [ a ]
            queues:
              - id: q
                name: Sales: Europe
              - { id: r, needs: { a: 1 }
              - { id: s, needs: { b: 1 } }
            calendars
              - { id: c, timeZone: UTC }
            numbers:
              - { number: 1, queue: q }
              - { number: 2, queue: s, priority: high }
            """).Mistakes.Select(static mistake => $"{mistake.Line}:{mistake.Column} {mistake.Problem}")];

        Assert.Collection(
            told,
            static mistake => Assert.StartsWith("5:16 is not valid YAML", mistake, StringComparison.Ordinal),
            static mistake => Assert.StartsWith("6:3 is not valid YAML", mistake, StringComparison.Ordinal),
            static mistake => Assert.Equal("7:23 queues[s].needs[0].skill: there is no skill 'b'", mistake),
            static mistake => Assert.Equal("8:1 'calendars' has no colon", mistake),
            static mistake => Assert.StartsWith("12:38 'high' in 'priority'", mistake, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_offers_that_were_not_answered_are_counted_before_a_policy_acts()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d\nqueues:\n  - { id: q, onNoAnswer: { after: 3 } }\n");

        Assert.Equal(3, Assert.Single(result.Configuration!.Queues).OnNoAnswer.AfterMisses);
        Assert.Equal(
            "f.yaml:3:34: only 'onNoAnswer' counts; remove it",
            Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\nqueues:\n  - { id: q, onDecline: { after: 3 } }\n").Mistakes).ToString());
        Assert.Contains("from 1 to 100", Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\nqueues:\n  - { id: q, onNoAnswer: { after: 0 } }\n").Mistakes).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("onNoAnswer: { agent: not-ready }", 0)]
    [InlineData("onUnreachable: { agent: not-ready, reason: gone }", 0)]
    [InlineData("onUnreachable: { recoverAfter: 5s }", 5_000)]
    public void A_policy_without_a_time_to_recover_has_none(string policy, int recoverAfterMs)
    {
        Contracts.Configuration.QueueConfiguration queue = Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\nqueues:\n  - { id: q, " + policy + " }\n").Configuration!.Queues);

        Assert.Equal(recoverAfterMs, (policy.StartsWith("onNo", StringComparison.Ordinal) ? queue.OnNoAnswer : queue.OnUnreachable).RecoverAfterMs);
    }

    [Fact]
    public void Holidays_that_are_over_or_beyond_what_is_known_of_time_zones_are_warned_of()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", """
            domain: d
            queues: [ { id: q, overflow: [ { on: closed, calendar: c, reject: 480 } ] } ]
            numbers: [ { number: 1, queue: q } ]
            calendars:
              - id: c
                timeZone: UTC
                hours: [ { days: mon-fri, from: 09:00, to: 17:00 } ]
                holidays: [ 2001-12-25, { date: 9000-01-01, from: 10:00, to: 12:00 } ]
            """);

        Assert.Empty(result.Mistakes);
        Assert.Contains(result.Warnings, static warning => (warning.Line, warning.Column, warning.Problem) == (8, 17, "the date '2001-12-25' is over"));
        Assert.Contains(result.Warnings, static warning => (warning.Line, warning.Column) == (8, 37) && warning.Problem.EndsWith("10 years ahead", StringComparison.Ordinal));
    }
}
