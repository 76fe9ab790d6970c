namespace Routing.Silo.Hosting;

/// <summary>The program cannot start as asked. The message is one line for the person who started it.</summary>
public sealed class StartupException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary><see cref="ExitCodes.Refused"/>, unless the same start may work later (<see cref="ExitCodes.Failed"/>).</summary>
    public int ExitCode { get; init; } = ExitCodes.Refused;
}
