namespace Routing.Silo.Hosting;

/// <summary>What one process does.</summary>
internal enum ProcessRole
{
    /// <summary>Domains and gateway in one process.</summary>
    All,

    /// <summary>Has domains; gateways on other hosts reach it over links.</summary>
    Silo,

    /// <summary>Hears phones; has no domain.</summary>
    Gateway,
}
