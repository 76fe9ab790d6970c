using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The way of a call into the domain: by number, header and time.</summary>
public sealed class EntryPoints
{
    [Theory]
    [InlineData("gold", "sales", 10)]
    [InlineData("GOLD", "sales", 10)]
    [InlineData("silver", "billing", 3)]
    [InlineData(null, "support", 3)]
    public void The_first_route_that_fits_leads_the_call_else_the_number_does(string? value, string queue, int priority)
    {
        TestDomain domain = new(Routed(
            new EntryRoute(new EntryCondition(Header: "X-Class", Value: "gold"), new RouteTarget(QueueId.Of("sales")), 10),
            new EntryRoute(new EntryCondition(Header: "x-class"), new RouteTarget(QueueId.Of("billing")))));
        Arrive(domain, value is null ? [] : [new SipHeaderValue("X-Class", value)]);
        Assert.Equal((QueueId.Of(queue), priority), (domain.Call("c1")!.Queue, domain.Call("c1")!.Priority));
        Assert.Equal("routed", domain.Detail("c1").Timeline[1].Kind);
        Assert.Equal(["X-Class"], domain.Machine.Snapshot().Edge!.Headers);
    }

    [Fact]
    public void A_number_that_rejects_or_redirects_ends_the_call_as_it_comes_without_a_queue()
    {
        DomainConfiguration demo = Configurations.Demo();
        TestDomain domain = new(demo with
        {
            Numbers =
            [
                .. demo.Numbers,
                new NumberConfiguration("8", null) { Otherwise = new RouteTarget(RejectStatus: 603) },
                new NumberConfiguration("9", null) { Otherwise = new RouteTarget(Redirect: "tel:+33123456789") },
            ],
        });
        domain.Arrive("rejected", "8");
        Assert.Equal(603, domain.Effects.OfType<EndCaller>().Single().SipStatus);
        domain.Arrive("redirected", "9", lateOffer: true);
        Assert.Equal([new EndCaller(CallId.Of("redirected"), 302, "entry-route", Contact: "tel:+33123456789"), new ReleaseCall(CallId.Of("redirected"))], domain.Effects);
        CallDetail detail = domain.Detail("redirected");
        Assert.Equal((CallOutcome.OverflowedOut, "entry-route", null, 0), (detail.Call.Outcome, detail.Call.EndReason, detail.Call.Queue, detail.Visits.Count));
        DomainView view = domain.Machine.Snapshot().Domain;
        Assert.Equal((2L, 1L, 1L, 0), (view.Offered, view.Rejected, view.OverflowedOut, view.Waiting));

        // Repeats of the INVITE and a gateway that begins again find it ended.
        Assert.Equal(ReplyCode.Gone, domain.Arrive("redirected", "9").Code);
        domain.Reload();
        domain.Send(new GatewayStarted(TestDomain.Gateway, 9));
        Assert.Equal([603, 302], domain.Effects.OfType<RestoreCall>().Select(restore => restore.Owed!.Caller!.SipStatus).Order().Reverse());
    }

    [Fact]
    public void A_route_by_calendar_fits_while_it_is_open_or_closed()
    {
        // The clock of the tests stands at 01:46:40 UTC.
        CalendarConfiguration night = new()
        {
            Id = "night", TimeZone = "UTC", Hours = [new OpenHours(Enum.GetValues<DayOfWeek>(), 22 * 60, 26 * 60)], Offsets = [new ZoneOffset(0, 0)],
        };
        TestDomain domain = new(Routed(new EntryRoute(new EntryCondition("night", Open: false), new RouteTarget(QueueId.Of("sales")))) with { Calendars = [night] });
        Arrive(domain, []);
        Assert.Equal(QueueId.Of("support"), domain.Call("c1")!.Queue);
        domain.Wait(14 * 60_000);
        domain.Arrive("c2");
        Assert.Equal(QueueId.Of("sales"), domain.Call("c2")!.Queue);
        Assert.Equal("route 1 of 1000: calendar night closed", domain.Detail("c2").Timeline[1].Text);
    }

    private static void Arrive(TestDomain domain, IReadOnlyList<SipHeaderValue> headers) => domain.Send(new CallArrived
    {
        Call = CallId.Of("c1"),
        Gateway = TestDomain.Gateway,
        Dnis = "1000",
        Ani = "+4930123",
        Headers = headers,
        Leg = TestDomain.Leg("caller"),
    });

    private static DomainConfiguration Routed(params EntryRoute[] routes) => Configurations.Demo() with
    {
        Numbers = [new NumberConfiguration("1000", QueueId.Of("support"), 3) { Routes = routes }],
    };
}
