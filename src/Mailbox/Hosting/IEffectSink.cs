using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>Takes the effects of a gateway. Called on a thread of the host, serially per domain; must return at once.</summary>
public interface IEffectSink
{
    void OnEffect(EffectEnvelope envelope);

    /// <summary>
    /// What comes from here on is of a store that was brought back from an older copy: sequences and epochs of this domain begin anew, and those that were taken before say nothing.
    /// Called in order with the effects.
    /// </summary>
    void OnStartOver(DomainId domain)
    {
    }

    /// <summary>
    /// Who is told where turns begin and end: of several sinks with the same one only one is, and none for null. A link carries the sessions of hundreds of domains, and each turn would tell all of them.
    /// </summary>
    object? TurnScope => this;

    /// <summary>The reply and the effects of one turn come next, on this thread.</summary>
    void BeginTurn()
    {
    }

    /// <summary>They were all given, or tried.</summary>
    void EndTurn()
    {
    }
}
