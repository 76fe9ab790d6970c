using Routing.Mailbox.Tests.Hosts;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Mailbox.Tests.Model;

/// <summary>Seeded runs of <see cref="LedgerModel"/>. A seed that failed stays in the list for ever.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int Steps = 1_500;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_input_happens_exactly_once_in_order_whatever_the_store_does(int seed)
    {
        using LedgerModel model = new(seed, StoreFixture.Memory, faultRate: 0.02);
        model.Run(Steps);
        output.WriteLine($"seed {seed}: {model.Turns} turns, {model.Crashes} crashes");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_input_happens_exactly_once_in_order_over_restarts_of_the_embedded_store(int seed)
    {
        using LedgerModel model = new(seed, StoreFixture.Sqlite, faultRate: 0);
        model.Run(Steps / 3);
        output.WriteLine($"seed {seed}: {model.Turns} turns, {model.Crashes} restarts");
    }

    [Fact]
    public void Every_input_happens_exactly_once_in_order_over_restarts_on_the_store_of_a_cluster()
    {
        const int seed = 3;
        using LedgerModel model = new(seed, StoreFixture.Postgres, faultRate: 0);
        model.Run(Steps / 3);
        output.WriteLine($"seed {seed}: {model.Turns} turns, {model.Crashes} restarts");
    }
}
