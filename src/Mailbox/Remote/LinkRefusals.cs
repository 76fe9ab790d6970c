namespace Routing.Mailbox.Remote;

/// <summary>Tells the operator of links that were refused, each reason at most once in ten seconds: whoever can reach the port must not be able to fill the log.</summary>
internal sealed class LinkRefusals(TimeProvider time, IMailboxLog log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<LinkRefusal, (long ToldTimestamp, int Untold)> _told = [];

    public void Tell(LinkRefusal refusal, string peer, string reason)
    {
        int untold;
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_told.TryGetValue(refusal, out (long ToldTimestamp, int Untold) last) && time.GetElapsedTime(last.ToldTimestamp, now) < Pause)
            {
                _told[refusal] = last with { Untold = last.Untold + 1 };
                return;
            }

            untold = last.Untold;
            _told[refusal] = (now, 0);
        }

        log.LinkRefused(peer, untold == 0 ? reason : $"{reason} (and {untold} more since the last time)");
    }
}
