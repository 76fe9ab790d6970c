namespace Routing.Mailbox.Lanes;

/// <summary>Loads the domains of a lane, and again those that a turn spoilt. What is stored, or a machine, may be at fault: then the other domains go on, and this one is tried again later.</summary>
internal sealed class LaneLoading(LaneDomains domains, DomainLoader loader, LaneRelease release, LaneClock clock, LaneCounters counters, LaneOptions options, bool isShared, IMailboxLog log)
{
    private long _heldUntilMs;

    /// <summary>Loads what is not loaded and due, for so long that those that are loaded need not wait for all. Returns whether all are.</summary>
    /// <exception cref="StoreException">The session is over.</exception>
    public bool LoadAll(ILaneSession session)
    {
        bool all = true;
        long started = clock.Timestamp;
        foreach (LaneDomain domain in domains.All)
        {
            if (!domain.IsLoaded && (clock.MonotonicMs < domain.RetryLoadAtMs || !Load(session, domain)))
            {
                all = false;
            }

            if (clock.Since(started).TotalMilliseconds >= options.LoadSliceMs)
            {
                return all && domains.All[^1] == domain;
            }
        }

        return all;
    }

    /// <summary>After the commit of a batch with turns that threw.</summary>
    /// <exception cref="StoreException">The session is over.</exception>
    public void ReloadFailed(ILaneSession session, LaneBatch batch)
    {
        foreach (LaneDomain domain in batch.Domains)
        {
            if (!domain.MustReload)
            {
                continue;
            }

            counters.Reload();
            try
            {
                loader.LoadMachine(session, domain);
            }
            catch (Exception exception) when (exception is not StoreException)
            {
                domain.Drop();
                domain.LoadError = exception.Message;
                domain.RetryLoadAtMs = clock.MonotonicMs + options.RetryMaxMs;
                log.LoadFailed(domain.Id, exception);
            }
        }
    }

    /// <summary>All were out for so long.</summary>
    public void ResumeAll(long lostMs)
    {
        foreach (LaneDomain domain in domains.All)
        {
            if (domain.IsLoaded && domain.Sequence > 0)
            {
                Resume(domain, (domain.ResumeDownForMs ?? 0) + lostMs);
            }
        }
    }

    /// <summary>
    /// Timers wait for <see cref="LaneOptions.TimersHeldMs"/>, until what was sent to a frozen process is read. Not again before they had a turn: on a machine that wakes nobody in time they would never run.
    /// </summary>
    /// <param name="lostMs">For how long it was frozen.</param>
    /// <param name="roundMs">When the last round of turns began, monotonic.</param>
    public void HoldTimers(long lostMs, long roundMs)
    {
        if (lostMs < options.StallMs || roundMs < _heldUntilMs)
        {
            return;
        }

        _heldUntilMs = clock.MonotonicMs + options.TimersHeldMs;
        foreach (LaneDomain domain in domains.All)
        {
            domain.TimersHeldUntilMs = clock.NowMs + domain.OffsetMs + options.TimersHeldMs;
        }
    }

    /// <summary>After an outage of the given length.</summary>
    public void Resume(LaneDomain domain, long downForMs)
    {
        domain.ResumeDownForMs = downForMs;

        // In a cluster another process may have had the domain: gateways find the way here only now, however short the gap was, and what phones said meanwhile is heard first.
        if (isShared || downForMs >= options.StallMs)
        {
            domain.TimersHeldUntilMs = clock.NowMs + domain.OffsetMs + options.TimersHeldMs;
        }
    }

    private bool Load(ILaneSession session, LaneDomain domain)
    {
        try
        {
            if (loader.Load(session, domain, clock.NowMs))
            {
                counters.Reload();
            }

            if (domain.ResumeDownForMs is { } downForMs)
            {
                Resume(domain, downForMs);
            }

            release.PublishMissed(session, domain);
            domain.LoadError = null;
            domain.LoadFailures = 0;
        }
        catch (Exception exception) when (exception is not StoreException { Failure: not StoreFailure.Corrupt and not StoreFailure.TooNew })
        {
            domain.Drop();
            domain.LoadError = exception.Message;
            domain.RetryLoadAtMs = clock.MonotonicMs + LaneOptions.Backoff(domain.LoadFailures++, options.RetryMaxMs, options.TimerPostponeMaxMs);
            log.LoadFailed(domain.Id, exception);
        }

        return domain.IsLoaded;
    }
}
