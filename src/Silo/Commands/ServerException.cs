namespace Routing.Silo.Commands;

/// <summary>A running server that a command needs gave no answer; exit code <see cref="Hosting.ExitCodes.NoAnswer"/>.</summary>
internal sealed class ServerException(string message, Exception? cause = null) : Exception(message, cause);
