using System.Text;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Grains.Tests;

/// <summary>Properties that hold over any sequence of commands. A failure names its seed.</summary>
public sealed class RandomTurns(ITestOutputHelper output)
{
    private const int TurnsPerSeedCount = 600;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_reloaded_domain_goes_on_byte_for_byte_and_repeats_change_nothing(int seed)
    {
        output.WriteLine($"seed {seed}");
        TestDomain domain = new(RandomScript.Configuration(0));
        RandomScript script = new(seed, domain);
        Ledger ledger = new();
        for (int turn = 0; turn < TurnsPerSeedCount; turn++)
        {
            Pass(domain, script.Pause(), ledger);
            Command command = script.Next();
            RoutingDomain? reloaded = script.Chance(20) ? domain.LoadMachine() : null;
            TurnResult? expected = reloaded is null ? null : Turn(domain, reloaded, command);
            domain.Send(command);
            ledger.Note(domain.Last);
            if (expected is not null)
            {
                Assert.Equal(Text(expected), Text(domain.Last));
                if (script.Chance(50))
                {
                    domain.Reload();
                    Assert.Empty(domain.Machine.FindDefects());
                }
            }

            if (script.Chance(10))
            {
                AssertRepeatChangesNothing(domain, command);
            }
        }

        ledger.AssertEachEndedCallEndedOnce(domain.Machine.Snapshot());
    }

    private static void Pass(TestDomain domain, long ms, Ledger ledger)
    {
        long untilMs = domain.NowMs + ms;
        while (domain.Machine.NextTimer is { } timer && domain.Machine.NextTimerDueMs <= untilMs)
        {
            domain.Skip(Math.Max(0, domain.Machine.NextTimerDueMs - domain.NowMs));
            RoutingDomain reloaded = domain.LoadMachine();
            Assert.Equal(timer, reloaded.NextTimer);
            domain.Send(timer);
            Assert.NotEqual(timer, domain.Machine.NextTimer);
            ledger.Note(domain.Last);
        }

        domain.Skip(untilMs - domain.NowMs);
    }

    private static TurnResult Turn(TestDomain domain, RoutingDomain machine, Command command)
    {
        List<RowKey> named = [];
        machine.NameColdRows(command, named);
        return machine.Turn(new TurnInput
        {
            NowMs = domain.NowMs,
            Sequence = domain.Sequence + 1,
            Random = (ulong)(domain.Sequence + 1) * 0x9E3779B97F4A7C15,
            Command = command,
            ColdRows = [.. named.Where(domain.Rows.ContainsKey).Select(key => new StoredRow(key, domain.Rows[key]))],
        });
    }

    private static void AssertRepeatChangesNothing(TestDomain domain, Command command)
    {
        string before = Text(domain.Rows);
        ReplyCode first = domain.Last.Reply.Code;
        domain.Send(command);
        if (command is Resume)
        {
            return;
        }

        Assert.True(domain.Last.Effects.Count == 0 && domain.Last.Events.Count == 0, $"A repeat of {command} has effects or events.");
        Assert.Equal(before, Text(domain.Rows));
        if (command is not RegisterPhone)
        {
            Assert.True(first == domain.Last.Reply.Code || domain.Last.Reply.Code == ReplyCode.Gone || first == ReplyCode.Ok, $"{command}: {first}, then {domain.Last.Reply.Code}");
        }
    }

    private static string Text(SortedDictionary<RowKey, ReadOnlyMemory<byte>> rows) =>
        string.Join('\n', rows.Select(row => $"{row.Key} {Convert.ToHexString(row.Value.Span)}"));

    private static string Text(TurnResult result)
    {
        StringBuilder text = new();
        text.AppendLine(JsonSerializer.Serialize(result.Reply, ContractsJson.Default.CommandReply));
        foreach (RowChange row in result.Rows)
        {
            text.AppendLine($"{row.Key} {(row.Bytes is { } bytes ? Convert.ToHexString(bytes.Span) : "deleted")} {row.ExpiresAtMs}");
        }

        foreach (AddressedEffect effect in result.Effects)
        {
            text.AppendLine($"{effect.Gateway} {JsonSerializer.Serialize(effect.Effect, ContractsJson.Default.Effect)}");
        }

        foreach (DomainEvent domainEvent in result.Events)
        {
            text.AppendLine(JsonSerializer.Serialize(domainEvent, ContractsJson.Default.DomainEvent));
        }

        return text.Append(result.Messages).Append(' ').Append(result.CandidatesTouched).ToString();
    }

    /// <summary>What came out of the turns, kept to check what must hold over all of them.</summary>
    private sealed class Ledger
    {
        private readonly SortedDictionary<CallId, CallOutcome> _outcomes = [];
        private readonly SortedSet<CallId> _released = [];
        private readonly SortedSet<CallId> _seen = [];

        public void Note(TurnResult result)
        {
            foreach (Effect effect in result.Effects.Select(effect => effect.Effect))
            {
                if (effect is RestoreCall { State: CallState.Ended })
                {
                    Assert.Contains(effect.Call, _released);
                    continue;
                }

                Assert.DoesNotContain(effect.Call, _released);
                if (effect is ReleaseCall)
                {
                    _released.Add(effect.Call);
                }
            }

            AssertOnceEach(result.Events.OfType<AgentChanged>().Select(changed => changed.Agent.Id.Value));
            AssertOnceEach(result.Events.OfType<QueueChanged>().Select(changed => changed.Queue.Id.Value));
            AssertOnceEach(result.Events.OfType<CallChanged>().Select(changed => changed.Call.Id.Value));
            AssertOnceEach(result.Events.OfType<DomainChanged>().Select(_ => "domain"));
            foreach (CallView call in result.Events.OfType<CallChanged>().Select(changed => changed.Call))
            {
                _seen.Add(call.Id);
                if (call.Outcome is { } outcome)
                {
                    Assert.Equal(CallState.Ended, call.State);
                    Assert.True(_outcomes.TryAdd(call.Id, outcome), $"{call.Id} ended twice");
                }
            }
        }

        public void AssertEachEndedCallEndedOnce(DomainSnapshot snapshot)
        {
            Assert.Equal(_outcomes.Keys, _released);
            Assert.Equal(_seen, [.. _outcomes.Keys.Concat(snapshot.Calls.Select(call => call.Id)).Order()]);
            Assert.Equal(snapshot.Domain.Offered, _seen.Count);
            Assert.Equal(snapshot.Domain.Abandoned, _outcomes.Values.Count(outcome => outcome == CallOutcome.Abandoned));
        }

        private static void AssertOnceEach(IEnumerable<string> ids)
        {
            string[] all = [.. ids];
            Assert.Equal(all.Distinct(), all);
        }
    }
}
