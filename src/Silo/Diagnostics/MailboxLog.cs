using Routing.Contracts.Ids;
using Routing.Mailbox;

namespace Routing.Silo.Diagnostics;

/// <summary>
/// What the mailbox engine tells an operator, as log events 1100 to 1199. The engine tries again each second while its store is down: what it tells
/// then is logged once, and again only when the reason changes or a minute has passed.
/// </summary>
internal sealed partial class MailboxLog(ILogger<MailboxLog> logger, TimeProvider time) : IMailboxLog
{
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Text, long At)> told = new(StringComparer.Ordinal);

    [LoggerMessage(1101, LogLevel.Error, "Domain {Domain}: {Command} from {Origin} failed and was put aside")]
    public partial void TurnFailed(DomainId domain, string origin, string command, Exception error);

    [LoggerMessage(1102, LogLevel.Error, "Domain {Domain} could not be loaded; it is tried again")]
    private partial void LogLoadFailed(DomainId domain, Exception error);

    [LoggerMessage(1103, LogLevel.Error, "Store of lane {Lane} failed ({Failure}): {Detail}")]
    private partial void LogStoreFailed(int lane, StoreFailure failure, string detail);

    [LoggerMessage(1104, LogLevel.Warning, "Store of lane {Lane} works again after {DownForMs} ms")]
    private partial void LogStoreRecovered(int lane, long downForMs);

    [LoggerMessage(1105, LogLevel.Error, "Domain {Domain}: {Effects} effects for gateway {Gateway} dropped, it did not acknowledge for too long")]
    public partial void EffectsDropped(DomainId domain, GatewayId gateway, int effects);

    [LoggerMessage(1106, LogLevel.Error, "{What} threw")]
    public partial void HandlerFailed(string what, Exception error);

    [LoggerMessage(1107, LogLevel.Error, "Domain {Domain}: {What}; it was put right, and somebody should find out why")]
    public partial void Repaired(DomainId domain, string what);

    [LoggerMessage(1108, LogLevel.Warning, "The {Purpose} link to the silo at {Silo} is down: {Reason}. It is dialled again until it answers")]
    private partial void LogLinkDown(string silo, string purpose, string reason);

    [LoggerMessage(1109, LogLevel.Information, "The {Purpose} link to silo {Name} at {Silo} works")]
    public partial void LinkUp(string silo, string purpose, string name);

    [LoggerMessage(1110, LogLevel.Warning, "A link from {Peer} was refused: {Reason}")]
    public partial void LinkRefused(string peer, string reason);

    [LoggerMessage(1111, LogLevel.Error, "Domain {Domain}: {What} is not known to this release and was put aside: {Reason}")]
    private partial void LogNotUnderstood(DomainId domain, string what, string reason);

    [LoggerMessage(1112, LogLevel.Warning, "A session of {Gateway} that {Peer} asked for was not opened: {Reason}")]
    private partial void LogSessionPassedOver(GatewayId gateway, string peer, string reason);

    [LoggerMessage(1113, LogLevel.Warning, "Domain {Domain}: nobody takes what is said to {Peer}, so {Messages} messages were given up, and later ones will be: is that domain misspelt in 'borrow', or not in this cluster?")]
    public partial void PeerUnheard(DomainId domain, GatewayId peer, int messages);

    [LoggerMessage(1120, LogLevel.Information, "{What}")]
    private partial void LogCluster(string what);

    [LoggerMessage(1121, LogLevel.Warning, "{What}")]
    private partial void LogClusterTrouble(string what);

    public void LinkDown(string silo, string purpose, string reason) => LogLinkDown(silo, purpose, reason.TrimEnd('.'));

    public void NotUnderstood(DomainId domain, string what, string reason)
    {
        // One a reason and minute: a newer gateway may send the same again and again.
        if (IsNews($"unknown {domain}", reason))
        {
            LogNotUnderstood(domain, what, reason);
        }
    }

    public void SessionPassedOver(GatewayId gateway, string peer, string reason)
    {
        if (IsNews($"session {gateway}", reason))
        {
            LogSessionPassedOver(gateway, peer, reason);
        }
    }

    public void ClusterChanged(string what, bool isTrouble)
    {
        if (isTrouble)
        {
            LogClusterTrouble(what);
        }
        else
        {
            LogCluster(what);
        }
    }

    public void LoadFailed(DomainId domain, Exception error)
    {
        if (IsNews($"load {domain}", error.Message))
        {
            LogLoadFailed(domain, error);
        }
    }

    public void StoreFailed(int lane, StoreFailure failure, string detail)
    {
        if (IsNews($"store {lane}", failure.ToString()))
        {
            LogStoreFailed(lane, failure, detail);
        }
    }

    public void StoreRecovered(int lane, long downForMs)
    {
        lock (gate)
        {
            told.Remove($"store {lane}");
        }

        LogStoreRecovered(lane, downForMs);
    }

    /// <summary>One entry a lane and a domain.</summary>
    private bool IsNews(string subject, string text)
    {
        long now = time.GetTimestamp();
        lock (gate)
        {
            if (told.TryGetValue(subject, out (string Text, long At) last) && last.Text == text && time.GetElapsedTime(last.At, now) < RepeatInterval)
            {
                return false;
            }

            told[subject] = (text, now);
            return true;
        }
    }
}
