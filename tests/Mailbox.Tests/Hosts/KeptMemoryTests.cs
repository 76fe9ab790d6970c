using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>
/// An owner that only lost its connection goes on with the machines that it has: what is loaded again is what a commit in doubt may have changed, and what somebody else owned meanwhile.
/// </summary>
public sealed class KeptMemoryTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LedgerFactory _factory = new();
    private readonly MemoryStore _store;
    private readonly LocalHost _host;

    public KeptMemoryTests()
    {
        _store = new MemoryStore(_time);
        _host = new LocalHost(_store, _factory, _time, new LocalHostOptions { IsManual = true });
        _ = _host.EnsureDomain(Ledger.Domain);
        _ = _host.EnsureDomain(Ledger.Other);
        Assert.Equal("a 1", Send(Ledger.Domain, "e1").Detail);
        Assert.Equal("a 1", Send(Ledger.Other, "o1").Detail);
        Assert.Equal(2, _factory.Made);
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData(FaultPoint.ReadFailed)]
    [InlineData(FaultPoint.AcquireFailed)]
    public void After_a_read_that_failed_and_a_taking_that_failed_the_machines_are_as_they_were(FaultPoint further)
    {
        _store.Arm(further);
        _store.Arm(FaultPoint.ReadFailed);
        Task<CommandReply> reply = Post(Ledger.Domain, "e2", "cold x");
        Recover();
        Assert.Equal("a 2", reply.Now().Detail);
        Assert.Equal("a 2", Send(Ledger.Other, "o2").Detail);
        Assert.Equal(2, _factory.Made);
    }

    [Fact]
    public void A_heartbeat_in_doubt_changes_no_machine()
    {
        _store.Arm(FaultPoint.CommitReportedFailedButHappened);
        _time.Advance(new LaneOptions().HeartbeatMs + 1);
        Recover();
        Assert.Equal("a 2", Send(Ledger.Domain, "e2").Detail);
        Assert.Equal(2, _factory.Made);
    }

    [Theory]
    [InlineData(FaultPoint.CommitReportedFailedButHappened)]
    [InlineData(FaultPoint.CommitReportedUnknownAndDidNotHappen)]
    [InlineData(FaultPoint.CommitFailed)]
    public void A_domain_whose_commit_is_in_doubt_is_loaded_again_and_its_neighbour_is_not(FaultPoint point)
    {
        _store.Arm(point);
        Task<CommandReply> reply = Post(Ledger.Domain, "e2");
        Recover();
        Assert.Equal("a 2", reply.Now().Detail);
        Assert.Equal(3, _factory.Made);
        Assert.Equal("a 2", Send(Ledger.Other, "o2").Detail);
    }

    [Fact]
    public void What_somebody_else_owned_in_between_is_loaded_again()
    {
        _store.Arm(FaultPoint.ReadFailed);
        Task<CommandReply> reply = Post(Ledger.Domain, "e2", "cold x");
        _host.RunUntilIdle();
        using (_store.Acquire([_store.ReadPlacements()[0].Partition]))
        {
            Recover();
        }

        Recover();
        Assert.Equal("a 2", reply.Now().Detail);
        Assert.Equal("a 2", Send(Ledger.Other, "o2").Detail);
        Assert.Equal(3, _factory.Made);
    }

    [Theory]
    [InlineData(2, 5, 7, true)]
    [InlineData(2, 5, 8, false)]
    [InlineData(2, 6, 7, false)]
    [InlineData(3, 5, 7, false)]
    public void A_machine_is_kept_only_for_the_very_domain_that_it_holds(long epoch, long sequence, long turnMs, bool isKept)
    {
        LaneDomains domains = new();
        domains.Add(new DomainPlacement(Ledger.Domain, 1, 3, 0));
        LaneDomain domain = domains.All[0];
        (domain.Machine, domain.Epoch, domain.Sequence, domain.LastTurnMs) = (_factory.Create(Ledger.Domain), 1, 5, 7);
        domains.Lose();
        domains.Taken([new PartitionEpoch(3, epoch)], 0);
        Assert.Equal(isKept, domain.TakeKept(epoch, new StoredDomain(sequence, turnMs, 0, 0, [], [])) is not null);
    }

    [Fact]
    public void After_the_promotion_of_a_standby_no_machine_is_kept()
    {
        LaneDomains domains = new();
        domains.Add(new DomainPlacement(Ledger.Domain, 1, 3, 0));
        LaneDomain domain = domains.All[0];
        domains.Taken([new PartitionEpoch(3, 1)], 1);
        (domain.Machine, domain.Epoch, domain.Sequence, domain.LastTurnMs) = (_factory.Create(Ledger.Domain), 1, 5, 7);
        domains.Lose();
        domains.Taken([new PartitionEpoch(3, 2)], 2);
        Assert.Null(domain.TakeKept(2, new StoredDomain(5, 7, 0, 0, [], [])));
    }

    [Fact]
    public void A_turn_that_threw_leaves_a_machine_that_is_never_kept()
    {
        _store.Arm(FaultPoint.CommitReportedUnknownAndDidNotHappen);
        Task<CommandReply> reply = Post(Ledger.Domain, "e2", "throw");
        Recover();
        Assert.Equal(ReplyCode.Failed, reply.Now().Code);
        Assert.Equal("a 2", Send(Ledger.Domain, "e3").Detail);
    }

    [Fact]
    public void Whatever_fails_in_whatever_order_each_input_is_done_once_by_a_machine_that_knows_all_of_them()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            FaultPoint[] points = [FaultPoint.ReadFailed, FaultPoint.AcquireFailed, FaultPoint.OwnershipLost, FaultPoint.CommitFailed, FaultPoint.CommitReportedFailedButHappened, FaultPoint.CommitReportedUnknownAndDidNotHappen];
            _store.DrawFault = point => points.Contains(point) && random.Next(12) == 0;
            string account = $"s{seed}";
            List<(DomainId Domain, Task<CommandReply> Reply)> replies = [];
            for (int i = 0; i < 30; i++)
            {
                DomainId domain = random.Next(2) == 0 ? Ledger.Domain : Ledger.Other;
                replies.Add((domain, _host.SendAsync(domain, Ledger.Entry(account, $"e{i}", random.Next(3) == 0 ? "cold x" : string.Empty), null, CancellationToken.None)));
                if (random.Next(3) > 0)
                {
                    _host.RunUntilIdle();
                    _time.Advance(random.Next(300));
                }
            }

            _store.DrawFault = null;
            Recover();
            foreach (IGrouping<DomainId, (DomainId Domain, Task<CommandReply> Reply)> ofDomain in replies.GroupBy(reply => reply.Domain))
            {
                string?[] done = [.. ofDomain.Select(reply => reply.Reply.Now()).Where(reply => reply.IsOk).Select(reply => reply.Detail)];
                Assert.True(done.Distinct().Count() == done.Length, $"seed {seed}");
                string next = Send(ofDomain.Key, "last", account: account).Detail!;
                Assert.True(int.Parse(next.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) > done.Length, $"seed {seed}: {next} after {done.Length}");
            }
        }

        Assert.True(_factory.Made < 1_000, $"{_factory.Made} machines were made.");
    }

    private CommandReply Send(DomainId domain, string entry, string script = "", string account = "a")
    {
        Task<CommandReply> reply = Post(domain, entry, script, account);
        _host.RunUntilIdle();
        return reply.Now();
    }

    private Task<CommandReply> Post(DomainId domain, string entry, string script = "", string account = "a") =>
        _host.SendAsync(domain, Ledger.Entry(account, entry, script), null, CancellationToken.None);

    private void Recover()
    {
        for (int i = 0; i < 20; i++)
        {
            _host.RunUntilIdle();
            _time.Advance(100);
        }

        _host.RunUntilIdle();
    }
}
