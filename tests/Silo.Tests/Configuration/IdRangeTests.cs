using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

public sealed class IdRangeTests
{
    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("a[1-3]", "a1,a2,a3")]
    [InlineData("desk[008-010]-x", "desk008-x,desk009-x,desk010-x")]
    [InlineData("a[7-7]", "a7")]
    public void A_range_stands_for_its_ids(string text, string ids) => Assert.Equal(ids.Split(','), IdRange.Expand(text));

    [Theory]
    [InlineData("a[3-1]")]
    [InlineData("a[1-100001]")]
    [InlineData("a[1-99999999999]")]
    public void An_empty_or_huge_range_is_refused(string text) => Assert.Null(IdRange.Expand(text));

    [Fact]
    public void The_longest_range_is_taken() => Assert.Equal(IdRange.MaxIdsCount, IdRange.Expand("a[1-100000]")!.Count());
}
