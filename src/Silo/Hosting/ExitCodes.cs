namespace Routing.Silo.Hosting;

internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something inside failed; a bug or a broken machine.</summary>
    public const int Failed = 1;

    /// <summary>Not started, and one line on standard error says why: options, files, ports, the data folder.</summary>
    public const int Refused = 2;

    /// <summary>A command that needs a running server got no answer from it, or one that it cannot do it now: a repeat may help.</summary>
    public const int NoAnswer = 3;
}
