namespace Routing.Grains.Matching;

/// <summary>Whether an agent counts for a queue that asks if anybody is there.</summary>
internal enum Presence
{
    /// <summary>Logged out, or no longer configured.</summary>
    Away,

    /// <summary>Not ready.</summary>
    LoggedIn,

    /// <summary>Ready, or at work and ready after it.</summary>
    Ready,
}
