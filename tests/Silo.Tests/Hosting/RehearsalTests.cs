using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

public sealed class RehearsalTests
{
    [Fact]
    public async Task Calls_are_played_to_their_end_before_and_after_the_domain_is_taken_over() => Assert.True(await Rehearsal.Run());
}
