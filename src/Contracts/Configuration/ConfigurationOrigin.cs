namespace Routing.Contracts.Configuration;

/// <summary>Which way a configuration came.</summary>
public enum ConfigurationOrigin
{
    /// <summary>Somebody applied it: REST or the command line.</summary>
    Operator,

    /// <summary>
    /// The process read its file, at its start or because it was told to. Such a one counts only when the file changed since the process last read it, and nobody applied the very
    /// same since: a restart must not undo what somebody decided in between.
    /// </summary>
    File,

    /// <summary>A former version again.</summary>
    Rollback,
}
