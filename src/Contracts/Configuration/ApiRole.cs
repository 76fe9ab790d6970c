namespace Routing.Contracts.Configuration;

public enum ApiRole
{
    /// <summary>Reads only.</summary>
    Reader,

    /// <summary>Reads, and changes agents' states.</summary>
    Supervisor,

    /// <summary>Everything.</summary>
    Admin,
}
