using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>Told of everything that an operator should know. Implementations log; they must return at once and never throw.</summary>
public interface IMailboxLog
{
    /// <summary>A turn threw; the input or timer was put aside.</summary>
    void TurnFailed(DomainId domain, string origin, string command, Exception error);

    /// <summary>A turn found a broken invariant of the domain and put it right. Said before the commit: a turn that is undone may say it again.</summary>
    void Repaired(DomainId domain, string what);

    /// <summary>A domain could not be loaded; it is tried again.</summary>
    void LoadFailed(DomainId domain, Exception error);

    /// <summary>A commit, a read or taking ownership failed: the lane recovers by itself.</summary>
    void StoreFailed(int lane, StoreFailure failure, string detail);

    /// <summary>The lane works again.</summary>
    void StoreRecovered(int lane, long downForMs);

    /// <summary>An outbox ran over: the gateway did not acknowledge for too long.</summary>
    void EffectsDropped(DomainId domain, GatewayId gateway, int effects);

    /// <summary>What was said to another domain was given up, because nobody took it for <see cref="Lanes.LaneOptions.PeerMessagesKept"/>. Told of the first time, and again only after the other domain was heard of.</summary>
    void PeerUnheard(DomainId domain, GatewayId peer, int messages)
    {
    }

    /// <summary>A reply, effect or event handler of the host's user threw.</summary>
    void HandlerFailed(string what, Exception error);

    /// <summary>Who is in the cluster, or what this silo may own, changed.</summary>
    /// <param name="what">In a sentence.</param>
    /// <param name="isTrouble">An operator should look at it.</param>
    void ClusterChanged(string what, bool isTrouble)
    {
    }

    /// <summary>A link to a silo was lost, or could not be made; it is tried again for ever. Told once, not with each attempt.</summary>
    void LinkDown(string silo, string purpose, string reason)
    {
    }

    /// <summary>This silo does not serve somebody who connected, and why. Told at most once in ten seconds a reason.</summary>
    void LinkRefused(string peer, string reason)
    {
    }

    /// <summary>A session that a link wants to open is not opened, and hears nothing: a newer life of it is open here. The link goes on.</summary>
    void SessionPassedOver(GatewayId gateway, string peer, string reason)
    {
    }

    /// <summary>A command or an effect of a newer release was put aside.</summary>
    void NotUnderstood(DomainId domain, string what, string reason)
    {
    }

    /// <summary>A link to a silo works.</summary>
    void LinkUp(string silo, string purpose, string name)
    {
    }
}
