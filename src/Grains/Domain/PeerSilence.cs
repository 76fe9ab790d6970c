using Routing.Contracts.Ids;

namespace Routing.Grains.Domain;

/// <summary>
/// A domain that does not answer is not told ever more: what lies in an outbox keeps the turn log from being pruned. It may be nowhere, misspelt or gone for good. One question every
/// <see cref="AskEveryMs"/> finds out that it is back.
/// </summary>
internal static class PeerSilence
{
    /// <summary>Messages that may lie unanswered before nothing new is begun.</summary>
    public const int MaxToldCount = 1_000;

    /// <summary>From so many on whoever is asked for an agent is asked to answer too: most messages of the protocol need no answer, and a domain that is there must be told from one that is not.</summary>
    public const int AnswerFromCount = MaxToldCount / 2;

    public const long AskEveryMs = 30_000;

    /// <summary>A domain that talks to an agent of this one, and is asked after it every <see cref="PeerChecks.EveryMs"/>, is away when it was not heard for so long.</summary>
    public const long AwayMs = 2 * PeerChecks.EveryMs;

    /// <summary>Whether the domain may be told something now that can as well be left.</summary>
    public static bool MayAsk(DomainId domain, TurnContext turn)
    {
        if (turn.Domain.FindPeer(domain) is not { ToldCount: >= MaxToldCount } silent)
        {
            return true;
        }

        if (silent.AskAtMs > turn.NowMs)
        {
            return false;
        }

        silent.AskAtMs = turn.NowMs + AskEveryMs;
        turn.Touch(turn.Domain, isView: false);
        return true;
    }

    public static bool NeedsAnswer(DomainId domain, TurnContext turn) => turn.Domain.FindPeer(domain) is { ToldCount: >= AnswerFromCount };

    public static bool IsAway(DomainId domain, TurnContext turn) => turn.Domain.FindPeer(domain) is not { } peer || turn.NowMs - peer.HeardMs > AwayMs;

    /// <summary>This domain was down: it could not hear anybody.</summary>
    public static void Resume(DomainGrain domain, long downForMs, TurnContext turn)
    {
        foreach (PeerRecord peer in domain.Record.Peers)
        {
            peer.HeardMs += downForMs;
            turn.Touch(domain, isView: false);
        }
    }
}
