namespace Routing.Contracts.Lending;

/// <summary>How far a call is with a domain that it asks for an agent. Stored: keep the numbers.</summary>
public enum SeekState
{
    /// <summary>It waits for an agent there.</summary>
    Open = 0,

    /// <summary>The domain refused, and is asked again after a pause.</summary>
    Refused = 1,
}
