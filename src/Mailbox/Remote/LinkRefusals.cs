namespace Routing.Mailbox.Remote;

/// <summary>Tells the operator of links that were refused, each reason at most once in ten seconds: whoever can reach the port must not be able to fill the log.</summary>
internal sealed class LinkRefusals(TimeProvider time, IMailboxLog log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[(int)Enum.GetValues<LinkRefusal>().Max() + 1];
    private readonly Dictionary<LinkRefusal, (long ToldTimestamp, int Untold)> _told = [];

    /// <summary>How often it was the reason, since the start.</summary>
    public long Count(LinkRefusal refusal) => Interlocked.Read(ref _counts[(int)refusal]);

    public void Tell(LinkRefusal refusal, string peer, string reason)
    {
        Interlocked.Increment(ref _counts[(int)refusal]);
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
