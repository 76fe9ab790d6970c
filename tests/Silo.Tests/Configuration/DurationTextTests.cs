using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("20s", 20_000)]
    [InlineData("1m", 60_000)]
    [InlineData("24h", DurationText.MaxMs)]
    public void Whole_numbers_with_a_unit_are_durations(string text, int milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out int read));
        Assert.Equal(milliseconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("s")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("86400001ms")]
    [InlineData("99999999999999s")]
    public void Everything_else_is_not(string text) => Assert.False(DurationText.TryParse(text, out _));
}
