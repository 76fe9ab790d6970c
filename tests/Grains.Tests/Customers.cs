using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Customers: remembered by ANI, cold until they call.</summary>
public sealed class Customers
{
    private readonly TestDomain _domain = new(Configurations.Demo());

    [Fact]
    public void A_customer_is_loaded_with_the_call_and_remembers_calls_agent_and_outcome()
    {
        _domain.Register("alice");
        _domain.Arrive("c1", ani: "+491");
        long firstMs = _domain.NowMs;
        _domain.Answer("c1");
        _domain.CallerLeaves("c1");
        _domain.Wait(1_000);
        _domain.Reload();
        _domain.Arrive("c2", ani: "+491");
        _domain.CallerLeaves("c2");
        Assert.Equal(new CustomerView(CustomerId.Of("+491"), 2, firstMs, _domain.NowMs, AgentId.Of("alice"), CallOutcome.Abandoned), Read("+491"));
        Assert.Equal(_domain.NowMs + (365L * 24 * 3600 * 1000), _domain.ExpiresAtMs[GrainKind.Of(CustomerId.Of("+491"))]);
    }

    [Fact]
    public void A_timer_that_ends_the_call_after_a_reload_finds_the_customer()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 1_000 }));
        domain.Arrive("c1", ani: "+491");
        domain.Reload();
        domain.Wait(1_000);
        RowKey key = GrainKind.Of(CustomerId.Of("+491"));
        Assert.Equal(CallOutcome.Rejected, new RoutingDomainFactory().ReadCustomer(new StoredRow(key, domain.Rows[key])).LastOutcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an identifier")]
    public void A_withheld_or_odd_number_has_no_customer(string ani)
    {
        _domain.Arrive("c1", ani: ani);
        Assert.Null(_domain.Call("c1")!.Customer);
        Assert.DoesNotContain(_domain.Rows.Keys, key => key.Kind == GrainKind.Customer);
    }

    private CustomerView Read(string id)
    {
        RowKey key = GrainKind.Of(CustomerId.Of(id));
        return new RoutingDomainFactory().ReadCustomer(new StoredRow(key, _domain.Rows[key]));
    }
}
