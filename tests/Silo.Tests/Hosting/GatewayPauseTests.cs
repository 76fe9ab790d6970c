using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>A gateway that the domains gave up begins again.</summary>
public sealed class GatewayPauseTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(1_000, 30)]
    public void It_begins_again_at_once_and_waits_longer_only_when_life_after_life_is_short(int shortLives, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GatewayProcess.PauseAfter(shortLives));
}
