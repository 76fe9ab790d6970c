using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Silo.Diagnostics;
using Xunit;

namespace Routing.Silo.Tests.Diagnostics;

/// <summary>Lines of the log.</summary>
public sealed class ShortConsoleFormatterTests
{
    [Fact]
    public void Nobody_writes_lines_of_his_own_into_the_log()
    {
        using StringWriter output = new();
        LogEntry<string> entry = new(
            LogLevel.Error,
            "test",
            new EventId(7),
            "/calls/\r\n12:00:00.000 info  0001 all is well\u001b[2J\u2028",
            new InvalidOperationException("first\r\n12:00:00.000 info  0002 forged"),
            static (state, _) => state);

        new ShortConsoleFormatter(TimeProvider.System).Write(entry, null, output);

        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.EndsWith("error 0007 /calls/..12:00:00.000 info  0001 all is well.[2J.", lines[0].TrimEnd('\r'), StringComparison.Ordinal);
        Assert.All(lines[1..], static line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }
}
