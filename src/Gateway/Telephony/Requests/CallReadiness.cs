using System.Collections.Concurrent;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// Whether new calls may come here: what OPTIONS are answered by, with which proxies and carriers take a gateway out and in again. SIP thread.
/// </summary>
internal sealed class CallReadiness(IDomainHost host, TimeProvider time)
{
    /// <summary>A domain that moves between silos is away for less, and callers are kept for as long: all gateways at once taken out for that would be worse.</summary>
    public const int ToleranceMs = 2_000;

    /// <summary>Who was last asked longer ago cannot know since when it is not ready.</summary>
    private const int RecentMs = 5_000;

    private readonly ConcurrentDictionary<DomainId, bool> _joining = new();
    private long? _askedAt;
    private long? _notReadySince;

    /// <summary>Takes no more calls, and goes on with those that it has: the process is about to end. For good.</summary>
    public bool IsDraining { get; set; }

    /// <summary>A domain that was there at the start has not handed the calls of the former life back yet. Any thread.</summary>
    public bool IsJoining => !_joining.IsEmpty;

    /// <summary>One that is waited for. Any thread.</summary>
    public void BeginJoin(DomainId domain) => _joining.TryAdd(domain, true);

    /// <summary>Its calls are here. Any thread.</summary>
    public void EndJoin(DomainId domain) => _joining.TryRemove(domain, out _);

    /// <summary>
    /// False from the drain on, when no domain can be reached, or takes anything, for longer than <see cref="ToleranceMs"/>, and when all that are reached refuse at once: they do so after as long an outage of their store,
    /// so a new INVITE would not be kept until it is over. An INVITE itself is never judged by this: it is given to its domain, which may take it already.
    /// </summary>
    public bool IsReady()
    {
        long now = time.GetTimestamp();
        bool wasAskedRecently = _askedAt is { } askedAt && time.GetElapsedTime(askedAt, now).TotalMilliseconds < RecentMs;
        _askedAt = now;
        var status = host.Status();
        if (status.SomeReady)
        {
            _notReadySince = null;
            return !IsDraining;
        }

        _notReadySince ??= now;
        return !IsDraining && !status.IsRefusing && wasAskedRecently && time.GetElapsedTime(_notReadySince.Value, now).TotalMilliseconds < ToleranceMs;
    }
}
