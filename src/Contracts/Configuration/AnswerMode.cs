namespace Routing.Contracts.Configuration;

/// <summary>When the caller's INVITE is answered with 200.</summary>
public enum AnswerMode
{
    /// <summary>Only with the agent's answer: the caller hears ringing while waiting.</summary>
    OnAgent,

    /// <summary>When the caller must wait, with hold media; with the agent's answer when one is free at once.</summary>
    OnQueue,

    /// <summary>At once, with hold media.</summary>
    Immediately,
}
