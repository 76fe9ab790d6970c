using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Links that break and silos that die at any moment: every input is done once and answered once, effects come in order and none is left out.</summary>
public sealed class RemoteFaultTests
{
    private const int Steps = 6_000;
    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Nothing_is_lost_doubled_or_out_of_order_when_links_break_and_silos_are_killed(int seed)
    {
        using World world = new(seed, 3_600_000);
        for (int i = 0; i < Steps; i++)
        {
            world.Step();
        }

        world.Settle();
        world.Check();
    }

    [Fact]
    public void An_input_that_no_silo_takes_is_answered_unavailable_after_two_seconds_and_leaves_no_gap()
    {
        using World world = new(7, 2_000);
        world.Settle();
        world.Kill();
        List<string?> replies = [];
        world.Session.Send(Ledger.Domain, Ledger.Entry("a", "lost"), reply => replies.Add($"{reply.Code}"));
        world.Time.Advance(1_500);
        world.Session.Send(Ledger.Domain, Ledger.Entry("a", "kept"), reply => replies.Add($"{reply.Code} {reply.Detail}"));
        Assert.Empty(replies);

        world.Time.Advance(700);
        Assert.Equal(["Unavailable"], replies);
        world.Revive();
        world.Settle();

        Assert.Equal(["Unavailable", "Ok a 1"], replies);
        Assert.Equal(["kept"], world.Entries("a"));
    }

    [Fact]
    public void A_repeat_under_an_idempotency_key_holds_up_nothing_behind_it()
    {
        using World world = new(8, 2_000);
        world.Settle();
        List<Task<CommandReply>> replies = [.. new[] { "key", "key", null, "key", null }.Select((key, i) =>
            world.Remote.SendAsync(Ledger.Domain, Ledger.Entry("a", key is null ? $"e{i}" : "e"), key, CancellationToken.None))];
        world.RunNow();

        Assert.Equal(["a 1", "a 1", "a 2", "a 1", "a 3"], replies.Select(reply => reply.Now().Detail));
        world.Kill();
        world.Revive();
        Task<CommandReply> after = world.Remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e9"), null, CancellationToken.None);
        world.Settle();
        Assert.Equal("a 4", after.Now().Detail);
    }

    [Fact]
    public void A_silo_that_does_not_know_the_key_is_told_nothing_and_one_that_knows_it_is_found_later()
    {
        ManualTime time = new();
        using MemoryStore store = new(time);
        using LocalHost host = World.NewHost(store, time);
        ManualNetwork network = new(time) { SiloKey = new ClusterKey("another key altogether"u8) };
        network.Listen(host);
        using RemoteHost remote = new(World.Options, network, time);
        remote.Start();
        host.RunUntilIdle();
        network.Pump();

        Assert.Empty(remote.Domains);
        Assert.Equal(0, network.OpenLinks);

        network.SiloKey = ManualNetwork.Key;
        network.Listen(host);
        time.Advance(5_000);
        network.Pump();
        Assert.Equal([Ledger.Domain], remote.Domains);
        Assert.True(remote.Status().Ready);
    }

    /// <summary>One silo that dies and comes back, one gateway's process, and what both should remember.</summary>
    private sealed class World : IDisposable
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly MemoryStore _store;
        private readonly ManualNetwork _network;
        private readonly RemoteHost _remote;
        private readonly RecordingSink _sink = new();
        private readonly Dictionary<int, CommandReply> _replies = [];
        private readonly List<string> _faults = [];
        private LocalHost? _host;
        private int _sent;

        public World(int seed, int answerLimitMs)
        {
            _seed = seed;
            _random = new Random(seed);
            _store = new MemoryStore(Time);
            _network = new ManualNetwork(Time);
            _remote = new RemoteHost(Options with { AnswerLimitMs = answerLimitMs, OverloadLimitMs = answerLimitMs }, _network, Time);
            Revive();
            _remote.Start();
            Session = _remote.OpenGateway(Gateway, 1, _sink);
        }

        public static RemoteHostOptions Options => new() { Name = "front", Incarnation = 1, Silos = [ManualNetwork.Silo], Key = ManualNetwork.Key };

        public ManualTime Time { get; } = new();

        public IGatewaySession Session { get; }

        public RemoteHost Remote => _remote;

        public static LocalHost NewHost(MemoryStore store, ManualTime time)
        {
            LocalHost host = new(store, new LedgerFactory(), time, new LocalHostOptions { IsManual = true });
            _ = host.EnsureDomain(Ledger.Domain);
            return host;
        }

        public void Dispose()
        {
            _remote.Dispose();
            _host?.Dispose();
            _store.Dispose();
        }

        public void Step()
        {
            switch (_random.Next(100))
            {
                case < 20:
                    int number = _sent++;
                    Session.Send(Ledger.Domain, Ledger.Entry("a", $"e{number}", _random.Next(3) == 0 ? "effect gw 1" : ""), reply =>
                    {
                        Assert.True(_replies.TryAdd(number, reply), $"Seed {_seed}: input {number} was answered twice.");
                    });
                    break;
                case < 55:
                    _network.Pump(_random.Next(1, 12));
                    break;
                case < 80:
                    _host?.RunUntilIdle();
                    break;
                case < 92:
                    Time.Advance(_random.Next(1, 40));
                    break;
                case < 94:
                    _sink.Refuse = _random.Next(1, 3);
                    break;
                case < 96 when _sink.Effects.Count > 0:
                    Session.Acknowledge(Ledger.Domain, _sink.Effects.Max(effect => effect.Sequence));
                    break;
                case 96:
                    _faults.Add($"cut at {_sent}");
                    _network.Cut();
                    break;
                case 97:
                    _faults.Add($"kill at {_sent}");
                    Kill();
                    break;
                default:
                    Revive();
                    break;
            }
        }

        public void Kill()
        {
            _network.Deafen();
            _network.Cut();
            if (_host is not null)
            {
                _store.Crash();
                _host.Dispose();
                _host = null;
                _store.Reopen();
            }
        }

        public void Revive()
        {
            if (_host is null)
            {
                _host = NewHost(_store, Time);
                _network.Listen(_host);
            }
        }

        /// <summary>Without faults until nothing happens any more.</summary>
        public void Settle()
        {
            Revive();
            _sink.Refuse = 0;
            for (int i = 0; i < 100; i++)
            {
                RunNow();
                Time.Advance(50);
            }
        }

        /// <summary>Everything that needs no time.</summary>
        public void RunNow()
        {
            do
            {
                _host!.RunUntilIdle();
            }
            while (_network.Pump());
        }

        public List<string> Entries(string account)
        {
            using IStoreReader reader = _store.OpenReader();
            return reader.ReadRow(_store.ReadPlacements()[0].Number, new(LedgerMachine.Account, account)) is { } row
                ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')]
                : [];
        }

        public void Check()
        {
            string story = $"Seed {_seed}: {string.Join(", ", _faults)}.";
            List<string> entries = Entries("a");
            Assert.True(_replies.Count == _sent, $"{story} {_sent - _replies.Count} inputs were never answered.");
            Assert.True(_replies.Values.All(reply => reply.IsOk), $"{story} Given up, though nobody should: {string.Join(" ", _replies.Where(reply => !reply.Value.IsOk).Select(reply => $"{reply.Key} {reply.Value.Code} {reply.Value.Detail}"))}.");
            Assert.True(
                entries.SequenceEqual(Enumerable.Range(0, _sent).Select(number => $"e{number}")),
                $"{story} The ledger has {entries.Count} entries, {entries.Distinct().Count()} different ones; {_sent} were sent.");

            // An effect may come twice; the first time in order.
            long highest = 0;
            foreach (EffectEnvelope effect in _sink.Effects)
            {
                Assert.True(effect.Sequence <= highest + 1, $"{story} Effect {effect.Sequence} came after {highest}.");
                highest = Math.Max(highest, effect.Sequence);
            }

            long[] numbers = [.. _sink.Effects.Select(effect => effect.Sequence).Distinct().Order()];
            Assert.True(numbers.SequenceEqual(Enumerable.Range(1, numbers.Length).Select(number => (long)number)), $"{story} Effects are missing.");
            string[] asked = [.. _sink.Effects.GroupBy(effect => effect.Sequence).OrderBy(group => group.Key).Select(group => _sink.Calls[_sink.Effects.IndexOf(group.First())])];
            Assert.True(asked.SequenceEqual(asked.Distinct()), $"{story} An effect happened twice under two numbers.");
        }
    }
}
