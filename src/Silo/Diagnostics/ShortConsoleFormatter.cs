using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Routing.Silo.Diagnostics;

/// <summary>One line an event: <c>12:34:56.789 warn 1204 text</c> (time is UTC), followed by the exception when there is one.</summary>
internal sealed class ShortConsoleFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "short";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(clock.GetUtcNow().ToString("HH:mm:ss.fff"));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Trace => " trace ",
            LogLevel.Debug => " debug ",
            LogLevel.Warning => " warn  ",
            LogLevel.Error => " error ",
            LogLevel.Critical => " fatal ",
            _ => " info  ",
        });
        textWriter.Write(logEntry.EventId.Id.ToString("D4"));
        textWriter.Write(' ');
        textWriter.WriteLine(message);
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }
}
