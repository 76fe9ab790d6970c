namespace Routing.Contracts.Configuration;

public enum OnRegister
{
    /// <summary>The agent becomes ready.</summary>
    Ready,

    /// <summary>The agent stays logged out until set ready by hand.</summary>
    Nothing,
}
