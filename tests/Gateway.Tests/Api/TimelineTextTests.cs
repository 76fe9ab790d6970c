using Routing.Contracts.Views;
using Routing.Gateway.Api;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>The left side is what version 1 stores: it must be understood for as long as such rows are kept.</summary>
public sealed class TimelineTextTests
{
    [Theory]
    [InlineData("arrived", "+4930123 called 1000", "+4930123 called 1000")]
    [InlineData("arrived", "withheld called 1000", "A withheld number called 1000")]
    [InlineData("queued", "in queue support, priority 0", "Entered queue support")]
    [InlineData("queued", "in queue support, priority -3", "Entered queue support with priority -3")]
    [InlineData("caller-answered", "with hold media", "The system answered the caller, who hears the hold tone")]
    [InlineData("offered", "to alice (longest-idle, call-arrived)", "Offered to alice (longest idle) when the call came in")]
    [InlineData("offered", "to alice (most-skilled, agent-ready)", "Offered to alice (most skilled) when the agent became free")]
    [InlineData("offered", "to alice (priority, agent-ready)", "Offered to alice (first in line) when the agent became free")]
    [InlineData("offered", "to alice (by-moon, full-moon)", "Offered to alice (by moon) because of full moon")]
    [InlineData("held", "for alice, 10000 ms", "Held for alice for up to 10.0 s")]
    [InlineData("ringing", "phone of alice", "The phone of alice rings")]
    [InlineData("answered", "by alice", "Connected to alice, who answered")]
    [InlineData("offer-ended", "alice: NoAnswer", "alice did not answer (RONA)")]
    [InlineData("offer-ended", "alice: Declined, 486", "alice declined (SIP 486 Busy Here)")]
    [InlineData("offer-ended", "alice: Unreachable, 480, gone fishing", "The phone of alice could not be reached (SIP 480 Temporarily Unavailable: gone fishing)")]
    [InlineData("offer-ended", "alice: CallerLeft", "The caller left while the phone of alice rang")]
    [InlineData("offer-ended", "alice: Withdrawn", "The offer to alice was withdrawn")]
    [InlineData("overflowed", "from queue sales to support after 20004 ms", "Overflowed from queue sales to support after 20.0 s")]
    [InlineData("overflowed", "from queue sales to support: full, 3 wait", "Overflowed from queue sales to support: full, 3 wait")]
    [InlineData("routed", "route 2 of 1000: calendar office closed", "Led by route 2 of 1000: calendar office closed")]
    [InlineData("ended", "Rejected: queue sales: closed (calendar office, Christmas)", "Rejected: queue sales: closed (calendar office, Christmas)")]
    [InlineData("ended", "Answered: agent alice: HungUp", "Answered: alice hung up")]
    [InlineData("ended", "Answered: caller: HungUp, SIP;cause=200;text=\"Call completed elsewhere\"", "Answered: the caller hung up (Call completed elsewhere, SIP 200 OK)")]
    [InlineData("ended", "Abandoned: caller: Cancelled", "Abandoned: the caller gave up before an answer")]
    [InlineData("ended", "Abandoned: caller: HungUp, Q.850;cause=16", "Abandoned: the caller hung up (Q.850 cause 16)")]
    [InlineData("ended", "Failed: caller: ConnectFailed, SIP;cause=408;text=\"Connecting failed\"", "Failed: the caller could not be connected (Connecting failed, SIP 408 Request Timeout)")]
    [InlineData("ended", "Answered: agent alice: Lost, no ACK", "Answered: the connection to alice was lost (no ACK)")]
    [InlineData("ended", "Rejected: waited 30000 ms in queue sales", "Rejected: waited 30.0 s in queue sales, the longest it may")]
    [InlineData("borrows", "asks domain there, queue x, for an agent", "Asked domain there, queue x, for an agent")]
    [InlineData("borrow-refused", "by domain there, queue x: not-a-guest", "Domain there, queue x lends nobody: the queue does not name this domain among its guests")]
    [InlineData("guest", "call c9 of domain home asks queue x for an agent, priority 0", "Call c9 of domain home asks queue x for an agent")]
    [InlineData("guest", "call c9 of domain home asks queue x for an agent, priority 7", "Call c9 of domain home asks queue x for an agent with priority 7")]
    [InlineData("recalled", "alice is not there any more", "alice went away while lent, and is asked back")]
    [InlineData("offered", "to alice@there (lent-agent, agent-lent)", "Offered to alice@there (lent by their domain) when they were lent")]
    [InlineData("ended", "Returned: home: rings-at-home", "Returned to its own domain: it rings another agent")]
    [InlineData("ended", "Returned: closed", "Returned to its own domain: the queue is closed")]
    [InlineData("resumed", "after 2500 ms down", "The program was down for 2.5 s; the call went on")]
    public void Steps_are_told_in_words(string kind, string stored, string told) => Assert.Equal(told, TimelineText.Of(new TimelineEntry(0, kind, stored)));

    [Theory]
    [InlineData("offer-ended", "something newer")]
    [InlineData("ended", "Teleported: somewhere")]
    [InlineData("unheard-of", "Something: Else, 480")]
    public void What_is_not_understood_is_shown_as_it_is_stored(string kind, string stored) => Assert.Equal(stored, TimelineText.Of(new TimelineEntry(0, kind, stored)));
}
