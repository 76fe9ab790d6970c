namespace Routing.Contracts.Configuration;

/// <summary>The two ways in which G.711 writes a sample.</summary>
public enum AudioLaw
{
    /// <summary>µ-law.</summary>
    Pcmu,

    /// <summary>A-law.</summary>
    Pcma,
}
