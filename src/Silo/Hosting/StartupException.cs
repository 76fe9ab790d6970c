namespace Routing.Silo.Hosting;

/// <summary>The program cannot start as asked. The message is one line for the person who started it; the exit code is <see cref="ExitCodes.Refused"/>.</summary>
public sealed class StartupException(string message, Exception? cause = null) : Exception(message, cause);
