using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Routing.Silo.Diagnostics;

/// <summary>One line an event: <c>12:34:56.789 warn 1204 text</c> (time is UTC), followed by the exception when there is one.
/// What strangers wrote may be part of a text: a control character is shown as a dot and an exception's lines are indented, so that nobody writes lines of his own into the log.</summary>
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
        WriteLine(textWriter, message);
        foreach (string line in logEntry.Exception?.ToString().ReplaceLineEndings("\n").Split('\n') ?? [])
        {
            textWriter.Write("    ");
            WriteLine(textWriter, line);
        }
    }

    private static void WriteLine(TextWriter writer, string text) =>
        writer.WriteLine(string.Create(text.Length, text, static (shown, original) =>
        {
            for (int i = 0; i < original.Length; i++)
            {
                shown[i] = char.IsControl(original[i]) || original[i] is '\u2028' or '\u2029' ? '.' : original[i];
            }
        }));
}
