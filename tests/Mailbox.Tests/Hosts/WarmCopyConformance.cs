using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>Two hosts of a cluster over one store; the one that does not own the domain keeps a copy of it and takes it over. Driven by hand.</summary>
public abstract class WarmCopyConformance : IDisposable
{
    private const int Partition = 3;

    private readonly ManualTime _time = new();
    private readonly StoreFixture _fixture;
    private readonly DomainPlacement _domain;
    private readonly LedgerFactory[] _factories = [new(), new()];
    private readonly LocalHost _a;
    private readonly LocalHost _b;

    protected WarmCopyConformance(Func<TimeProvider, StoreFixture> makeStore)
    {
        _fixture = makeStore(_time);
        _domain = _fixture.Store.PlaceDomain(Ledger.Domain, Partition, 0);
        _a = Host(_factories[0], new WarmCopyOptions { LeastRows = 1 });
        _b = Host(_factories[1], new WarmCopyOptions { LeastRows = 1 });
        Take(_a);
    }

    protected IMailboxStore Store => _fixture.Store;

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_was_committed_between_the_copy_and_the_takeover_is_in_the_domain_and_nothing_else_is_read()
    {
        Send(_a, "e1", "timer early 100");
        Send(_a, "o1", account: "others");
        Follow(_b);
        Assert.Equal((Ledger.Domain, 2), Assert.Single(_b.Copies!.Held));

        Send(_a, "e2", "timer late 60000");
        Send(_a, "n1", account: "new");
        _time.Advance(101);
        Assert.Equal("others 2", Send(_a, "o2", account: "others"));
        Assert.Equal(["early"], Entries("timers"));
        HandOver(_a, _b);

        Assert.Equal("a 3", Send(_b, "e3"));
        Assert.Equal("new 2", Send(_b, "n2", account: "new"));
        Assert.Equal("others 3", Send(_b, "o3", account: "others"));
        _time.Advance(60_000);
        Run();
        Assert.Equal(["early", "late"], Entries("timers"));
        Assert.Equal((1, 1), (_b.Copies!.Used, _factories[1].Made));
        Assert.Empty(_b.Copies!.Held);
    }

    [Fact]
    public void A_copy_is_brought_up_to_date_round_by_round_and_let_go_when_it_is_not_wanted()
    {
        Send(_a, "e1");
        Follow(_b);
        for (int i = 2; i < 6; i++)
        {
            Send(_a, $"e{i}");
            _b.Copies!.RunRound();
            Assert.Equal((Ledger.Domain, i), Assert.Single(_b.Copies!.Held));
        }

        Assert.Equal(1, _factories[1].Made);
        _b.Copies!.Follow([]);
        Send(_a, "e6");
        _b.Copies.RunRound();
        Assert.Equal((Ledger.Domain, 5), Assert.Single(_b.Copies.Held));
        _time.Advance(new WarmCopyOptions().LetGoMs);
        _b.Copies.RunRound();
        Assert.Empty(_b.Copies.Held);
        HandOver(_a, _b);
        Assert.Equal("a 7", Send(_b, "e7"));
        Assert.Equal((0, 2), (_b.Copies.Used, _factories[1].Made));
    }

    [Fact]
    public void A_copy_that_is_wanted_no_more_is_there_for_the_lane_that_has_just_taken_the_partition()
    {
        Send(_a, "e1");
        Follow(_b);
        Send(_a, "e2");
        _b.Copies!.Follow([]);
        _b.Copies.RunRound();
        HandOver(_a, _b);
        Assert.Equal("a 3", Send(_b, "e3"));
        Assert.Equal((1, 1), (_b.Copies.Used, _factories[1].Made));
    }

    [Fact]
    public void A_domain_that_is_too_small_or_too_large_is_not_kept()
    {
        Send(_a, "e1");
        Send(_a, "o1", account: "others");
        foreach (WarmCopyOptions options in new[] { new WarmCopyOptions { LeastRows = 3 }, new WarmCopyOptions { LeastRows = 1, LimitRows = 1 }, new WarmCopyOptions { LimitRows = 0 } })
        {
            using WarmCopies copies = new(Store, new LedgerFactory(), _time, options);
            copies.Follow([_domain]);
            copies.RunRound();
            Assert.Empty(copies.Held);
        }
    }

    [Fact]
    public void Where_the_log_does_not_say_what_changed_all_rows_are_read()
    {
        Send(_a, "e1");
        Follow(_b);
        Send(_a, "e2");
        using (ILaneSession session = GiveUpTo())
        {
            // As a program of a former release commits.
            StoredDomain stored = session.ReadDomain(_domain);
            DomainCommit content = new(_domain) { Sequence = stored.Sequence + 1, LastTurnMs = _time.NowMs };
            content.Turns.Add(new StoredTurn(stored.Sequence + 1, _time.NowMs, new byte[] { 1 }));
            content.AddRow(new RowChange(new RowKey(LedgerMachine.Account, "a"), "e1\ne2\nold"u8.ToArray()));
            LaneCommit commit = new() { NowMs = _time.NowMs };
            commit.Partitions.AddRange(session.Partitions);
            commit.Domains.Add(content);
            Assert.Equal(CommitResult.Ok, session.Commit(commit));
            session.GiveUp([Partition], _time.NowMs);
        }

        Take(_b);
        Assert.Equal("a 4", Send(_b, "e3"));
        Assert.Equal((0, 2), (_b.Copies!.Used, _factories[1].Made));
    }

    [Fact]
    public void Commits_of_a_former_owner_whose_ownership_has_ended_are_in_no_copy()
    {
        Send(_a, "e1");
        Follow(_b);
        using ILaneSession former = GiveUpTo();
        PartitionEpoch owned = Assert.Single(former.Partitions);
        former.GiveUp([Partition], _time.NowMs);
        Take(_b);
        LaneCommit late = new() { NowMs = _time.NowMs, Partitions = { owned } };
        late.Domains.Add(new DomainCommit(_domain) { Sequence = 9, LastTurnMs = _time.NowMs });
        Assert.Equal(CommitOutcome.NotCommitted, former.Commit(late).Outcome);
        Assert.Equal("a 2", Send(_b, "e2"));
        Assert.Equal(1, _b.Copies!.Used);
        Follow(_a);
        Assert.Equal("a 3", Send(_b, "e3"));
        HandOver(_b, _a);
        Assert.Equal("a 4", Send(_a, "e4"));
        Assert.Equal(1, _a.Copies!.Used);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whoever_takes_it_whenever_has_every_entry(int seed)
    {
        Random random = new(seed);
        Dictionary<string, int> counts = [];
        LocalHost owner = _a;
        for (int i = 0; i < 150; i++)
        {
            LocalHost other = owner == _a ? _b : _a;
            switch (random.Next(8))
            {
                case 0:
                    HandOver(owner, other);
                    owner = other;
                    break;
                case 1:
                    other.Copies!.Follow(random.Next(4) == 0 ? [] : [_domain]);
                    other.Copies.RunRound();
                    break;
                case 2:
                    other.Copies!.RunRound();
                    break;
                case 3:
                    _time.Advance(random.Next(2_000));
                    break;
                default:
                    string account = $"k{random.Next(5)}";
                    counts[account] = counts.GetValueOrDefault(account) + 1;
                    string script = random.Next(4) switch { 0 => $"timer t{i} {random.Next(5_000)}", 1 => "cold x", _ => string.Empty };
                    Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{account} {counts[account]}"), Send(owner, $"e{i}", script, account));
                    break;
            }
        }

        Assert.True(_a.Copies!.Used + _b.Copies!.Used > 0, $"seed {seed}: no copy was used");
    }

    /// <summary>The owner gives the partition up, and a session of nobody has it.</summary>
    private ILaneSession GiveUpTo()
    {
        Task giving = _a.GiveUpAsync([Partition]);
        Run();
        Assert.True(giving.IsCompletedSuccessfully);
        return Store.Acquire([Partition]);
    }

    private LocalHost Host(LedgerFactory factory, WarmCopyOptions copies) => new(Store, factory, _time, new LocalHostOptions { IsManual = true, IsShared = true, Copies = copies });

    private void Follow(LocalHost host)
    {
        host.Copies!.Follow([_domain]);
        host.Copies.RunRound();
    }

    private void HandOver(LocalHost from, LocalHost to)
    {
        Task giving = from.GiveUpAsync([Partition]);
        Run();
        Assert.True(giving.IsCompletedSuccessfully);
        Take(to);
    }

    private void Take(LocalHost host)
    {
        Task taking = host.TakeAsync([Partition]);
        Run();
        Assert.True(taking.IsCompletedSuccessfully);
        Assert.Equal(Ledger.Domain, Assert.Single(host.Served).Domain);
    }

    private string? Send(LocalHost host, string entry, string script = "", string account = "a")
    {
        Task<CommandReply> reply = host.SendAsync(Ledger.Domain, Ledger.Entry(account, entry, script), null, CancellationToken.None);
        Run();
        return reply.Now().Detail;
    }

    private void Run()
    {
        _a.RunUntilIdle();
        _b.RunUntilIdle();
    }

    private List<string> Entries(string account)
    {
        using IStoreReader reader = Store.OpenReader();
        return reader.ReadRow(_domain.Number, new(LedgerMachine.Account, account)) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }
}
