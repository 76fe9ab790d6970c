using Routing.Contracts.Commands;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>Questions to a domain: answered by its lane between two commits, and no turn of it.</summary>
public sealed class QuestionTests : IDisposable
{
    private readonly MemoryStore _store;
    private readonly LocalHost _host;

    public QuestionTests()
    {
        ManualTime time = new();
        _store = new MemoryStore(time);
        _host = new LocalHost(_store, new LedgerFactory(), time, new LocalHostOptions { IsManual = true });
        _ = _host.EnsureDomain(Ledger.Domain);
        _host.RunUntilIdle();
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    /// <summary>asterisk#1611: showing queues while calls came in locked the module up. Peers' bug 6.</summary>
    [Fact]
    public async Task A_question_is_answered_from_what_is_committed_and_makes_no_turn()
    {
        Send("a", "e1");
        _ = _host.SendAsync(Ledger.Domain, Ledger.Entry("a", "e2"), null, CancellationToken.None);
        Task<Explanation?> asking = _host.ExplainAsync(Ledger.Domain, new AgentQuestion(AgentId.Of("a")), CancellationToken.None);
        Task<Explanation?> missing = _host.ExplainAsync(Ledger.Domain, new AgentQuestion(AgentId.Of("z")), CancellationToken.None);
        _host.RunUntilIdle();

        // Asked before the batch that takes the second entry.
        Explanation answer = (await asking)!;
        Assert.Equal(("e1", 1L), (answer.Reason, answer.Sequence));
        Assert.Null(await missing);
        long turns = _host.Status().Lanes.Sum(lane => lane.Turns);
        long commits = _host.Status().Lanes.Sum(lane => lane.Commits);
        asking = _host.ExplainAsync(Ledger.Domain, new AgentQuestion(AgentId.Of("a")), CancellationToken.None);
        _host.RunUntilIdle();
        answer = (await asking)!;
        Assert.Equal(("e2", 2L), (answer.Reason, answer.Sequence));
        Assert.Equal((turns, commits), (_host.Status().Lanes.Sum(lane => lane.Turns), _host.Status().Lanes.Sum(lane => lane.Commits)));
    }

    [Fact]
    public void What_a_turn_put_right_is_counted()
    {
        Send("a", "e1", "repair");
        Send("a", "e2");
        Assert.Equal(1, _host.Status().Lanes.Sum(lane => lane.Repairs));
    }

    private void Send(string account, string entry, string script = "")
    {
        Task<CommandReply> reply = _host.SendAsync(Ledger.Domain, Ledger.Entry(account, entry, script), null, CancellationToken.None);
        _host.RunUntilIdle();
        Assert.Equal(ReplyCode.Ok, reply.Now().Code);
    }
}
