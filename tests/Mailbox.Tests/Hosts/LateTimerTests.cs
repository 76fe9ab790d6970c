using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>A lane comes late to a timer: what happened in the world before it was due is heard before it fires.</summary>
public sealed class LateTimerTests : IDisposable
{
    private static readonly LaneOptions Options = new() { VisitLimitTurns = 2, BatchLimitTurns = 3 };

    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;
    private readonly Lane _lane;

    public LateTimerTests()
    {
        _store = new MemoryStore(_time);
        DomainPlacement placement = _store.PlaceDomain(Ledger.Domain, 0, 0);
        _lane = new Lane(0, [0], _store, new LedgerFactory(), _time, Options);
        _lane.AddDomain(placement);
        Drive();
    }

    public void Dispose()
    {
        _lane.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void Inputs_that_came_before_a_timer_was_due_go_first_however_many_they_are_and_later_ones_do_not()
    {
        Post("e0", "timer t 100");
        Drive();
        _time.Advance(50);
        for (int i = 1; i <= 5; i++)
        {
            Post($"e{i}");
        }

        _time.Advance(60);
        Post("late-1");
        Post("late-2");

        _lane.RunBatch();
        Assert.Equal(("e0\ne1\ne2\ne3", null), (Text("a"), Text("timers")));
        _lane.RunBatch();
        Assert.Equal(("e0\ne1\ne2\ne3\ne4\ne5", "t"), (Text("a"), Text("timers")));
        Drive();
        Assert.EndsWith("late-2", Text("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_was_frozen_again_reads_what_came_before_its_timers_fire_though_it_is_no_outage()
    {
        Post("e0", "timer t 5000");
        Drive();
        Freeze(2_000);
        Drive();
        _time.Advance(1_000);
        Drive();
        string? resumes = Text("resumes");

        Freeze(4_000);
        Drive();
        Assert.Equal((resumes, null), (Text("resumes"), Text("timers")));

        Post("e1");
        _time.Advance(Options.TimersHeldMs);
        Drive();
        Assert.Equal(("e0\ne1", "t"), (Text("a"), Text("timers")));
    }

    [Fact]
    public void Timers_fire_also_on_a_machine_that_wakes_nobody_in_time()
    {
        Post("e0", "timer t 5000");
        Drive();
        for (int i = 0; i < 6; i++)
        {
            Freeze(1_100);
            _lane.RunBatch();
        }

        Assert.Equal("t", Text("timers"));
    }

    /// <summary>The driver wakes so much too late.</summary>
    private void Freeze(int milliseconds)
    {
        _time.Advance(milliseconds);
        _lane.Slept(milliseconds);
    }

    private void Post(string entry, string script = "") =>
        _lane.Post(new LaneInput(Ledger.Domain, SenderId.Of("test"), 0, Ledger.Entry("a", entry, script), static _ => { }));

    private void Drive()
    {
        while (_lane.RunBatch().DidWork)
        {
            // Until nothing is left.
        }
    }

    private string? Text(string account)
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(1, new(LedgerMachine.Account, account)) is { } row ? System.Text.Encoding.UTF8.GetString(row.Bytes.Span) : null;
    }
}
