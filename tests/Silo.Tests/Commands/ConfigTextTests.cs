using Routing.Silo.Commands;
using Xunit;

namespace Routing.Silo.Tests.Commands;

public sealed class ConfigTextTests
{
    [Theory]
    [InlineData("""[{"skill":"english","level":3},{"skill":"support","level":10}]""", "{ english: 3, support: 10 }")]
    [InlineData("""[{"skill":"english","level":3},{"skill":"supp…""", """[{"skill":"english","level":3},{"skill":"supp…""")]
    [InlineData("[]", "[]")]
    [InlineData("20000", "20000")]
    [InlineData("\"sales\"", "\"sales\"")]
    [InlineData("", "")]
    public void Levels_are_told_as_a_file_writes_them_and_other_values_as_they_are(string sent, string told) => Assert.Equal(told, ConfigText.Value(sent));
}
